import type { Database } from 'better-sqlite3'

/** What a database of a project is for. */
export type FileKind = 'review' | 'cache' | 'thumbnails'

export interface FileIdentity {
  kind: FileKind
  /** The lower byte of the version of its format. */
  versionByte: number
}

const LETTERS: Record<FileKind, string> = { review: 'R', cache: 'C', thumbnails: 'T' }

/**
 * SQLite's application_id of a file: "HL", a letter for the kind, and the lower byte of the format's version. So the two
 * files of a project cannot be taken for each other, and the version, which user_version says as well, stands there twice.
 */
export function applicationId(kind: FileKind, version: number): number {
  const [h = 0, l = 0, letter = 0] = Buffer.from(`HL${LETTERS[kind]}`)
  return (h << 24) | (l << 16) | (letter << 8) | (version & 0xff)
}

/** What an application_id says; null for files of former versions, which have none, and for those of other programs. */
export function identityOf(id: number): FileIdentity | null {
  const kinds = Object.keys(LETTERS) as FileKind[]
  const kind = kinds.find((each) => applicationId(each, 0) === (id & ~0xff))
  return kind === undefined ? null : { kind, versionByte: id & 0xff }
}

/** Writes kind and version into a file's header. */
export function stampFile(database: Database, kind: FileKind, version: number): void {
  database.pragma(`user_version = ${version}`)
  database.pragma(`application_id = ${applicationId(kind, version)}`)
}
