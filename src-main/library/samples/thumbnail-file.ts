import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { openDatabase } from '../project/database-file'
import type { Migration } from '../migrations'

/** Bytes of the file above which thumbnails that were made first make room for new ones. */
const MAX_BYTES = 2 * 2 ** 30
/** Thumbnails that make room at a time. */
const MAKE_ROOM = 500

const thumbnails001: Migration = {
  version: 1,
  sql: `
    -- stamp tells when the image is another one than the thumbnail was made of.
    CREATE TABLE thumbnail (
      sample_id INTEGER NOT NULL,
      size INTEGER NOT NULL,
      stamp TEXT NOT NULL,
      image BLOB NOT NULL,
      PRIMARY KEY (sample_id, size)
    );
  `,
}

/** Whose samples the ids are: the key of the project's review file. Those of version 1 are taken to be the project's. */
const thumbnails002: Migration = {
  version: 2,
  sql: `CREATE TABLE owner (review_key TEXT NOT NULL);`,
}

const nameIn = (folder: string) => join(folder, 'thumbnails.sqlite')

/** The highest sample id that a project's thumbnails have, 0 where there are none or they cannot be read. */
export function highestThumbnail(folder: string, alone: boolean): number {
  if (!existsSync(nameIn(folder))) return 0
  try {
    const database = openDatabase(fileAt(nameIn(folder)), alone)
    try {
      return database.prepare<[], number | null>(`SELECT max(sample_id) FROM thumbnail`).pluck().get() ?? 0
    } finally {
      database.close()
    }
  } catch {
    // It is made anew when it is used.
    return 0
  }
}

function fileAt(file: string) {
  const migrations = [thumbnails001, thumbnails002]
  return { file, kind: 'thumbnails', migrations, synchronous: 'NORMAL', pageBytes: 8192 } as const
}

export interface KeptThumbnail {
  stamp: string
  image: Uint8Array
}

/**
 * Thumbnails on disk, in a file of the project that may be deleted at any time: they are there after a restart, and when
 * the dataset is not. A file that cannot be read is made anew, and one of another project emptied.
 */
export class ThumbnailFile {
  readonly #file: string
  #database: Database | null = null
  #closed = false
  readonly #alone: boolean
  readonly #owner: string

  /** `alone` as for the project's databases; `owner` is the key of its review file. */
  constructor(folder: string, alone: boolean, owner: string) {
    this.#alone = alone
    this.#owner = owner
    this.#file = nameIn(folder)
  }

  get(id: number, size: number): KeptThumbnail | null {
    const kept = this.#attempt((database) =>
      database
        .prepare<[number, number], KeptThumbnail>(`SELECT stamp, image FROM thumbnail WHERE sample_id = ? AND size = ?`)
        .get(id, size),
    )
    return kept ?? null
  }

  keep(id: number, size: number, { stamp, image }: KeptThumbnail): void {
    this.#attempt((database) => {
      if (this.#isFull(database)) {
        database
          .prepare(`DELETE FROM thumbnail WHERE rowid IN (SELECT rowid FROM thumbnail ORDER BY rowid LIMIT ?)`)
          .run(MAKE_ROOM)
      }
      database
        .prepare(`INSERT OR REPLACE INTO thumbnail (sample_id, size, stamp, image) VALUES (?, ?, ?, ?)`)
        .run(id, size, stamp, image)
    })
  }

  /** Ids of the samples that have a thumbnail of this size. */
  ids(size: number): Set<number> {
    const ids = this.#attempt((database) =>
      database.prepare<[number], number>(`SELECT sample_id FROM thumbnail WHERE size = ?`).pluck().all(size),
    )
    return new Set(ids)
  }

  /** True when nothing more fits without taking something else's place. */
  get full(): boolean {
    return this.#attempt((database) => this.#isFull(database)) ?? true
  }

  close(): void {
    this.#closed = true
    this.#database?.close()
    this.#database = null
  }

  #isFull(database: Database): boolean {
    const [pages, free, bytes] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(database.pragma(name, { simple: true })),
    )
    return ((pages ?? 0) - (free ?? 0)) * (bytes ?? 0) > MAX_BYTES
  }

  /** Thumbnails are a comfort: a full disk or a broken file costs their keeping, and nothing else. */
  #attempt<Answer>(action: (database: Database) => Answer): Answer | undefined {
    if (this.#closed) return undefined
    try {
      this.#database ??= this.#open()
      return action(this.#database)
    } catch (error) {
      console.error(`Thumbnails are not kept: ${String(error)}`)
      this.#database?.close()
      this.#database = null
      return undefined
    }
  }

  #open(): Database {
    const file = fileAt(this.#file)
    try {
      return this.#owned(openDatabase(file, this.#alone))
    } catch (error) {
      console.error(`${this.#file} is made anew: ${String(error)}`)
      for (const journal of ['', '-wal', '-shm', '-journal']) rmSync(this.#file + journal, { force: true })
      return this.#owned(openDatabase(file, this.#alone))
    }
  }

  #owned(database: Database): Database {
    const owner = database.prepare<[], string>(`SELECT review_key FROM owner`).pluck().get()
    if (owner === this.#owner) return database
    if (owner !== undefined) database.exec(`DELETE FROM thumbnail; DELETE FROM owner`)
    database.prepare(`INSERT INTO owner (review_key) VALUES (?)`).run(this.#owner)
    return database
  }
}
