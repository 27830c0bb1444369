import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Project, ProjectFiles } from '../project/project'
import type { QueryLane } from '../queries/query-lane'

/** What a bug report says about a project's storage: sizes, versions and counts, nothing of what is in it. */
export interface StorageFacts {
  files: { name: string; bytes: number }[]
  databases: {
    name: string
    schemaVersion: number
    sqlite: string
    pageSize: number
    journalMode: string
    rows: Record<string, number>
  }[]
  networkDisk: string | null
  /** Failed samples by code and sentence, with their names left out. */
  errors: { run: number; code: string; message: string; count: number }[]
  /** Where datasets lie, to be left out of the report. */
  roots: string[]
}

/** What is counted by reading through both files. */
export type StorageRows = Pick<StorageFacts, 'databases' | 'errors'>

/** Rows are counted in the lane's thread: that reads a large project through. */
export async function readStorageFacts(project: Project, lane: QueryLane): Promise<StorageFacts> {
  const roots = project.review.prepare<[], string>(`SELECT root FROM dataset ORDER BY id`).pluck().all()
  const files = readdirSync(project.path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ name, bytes: statSync(join(project.path, name)).size }))
  return { files, ...(await lane.ask('storageRows', [])), networkDisk: project.networkDisk, roots }
}

export function readStorageRows({ review, cache }: ProjectFiles): StorageRows {
  return { databases: [review, cache].map(factsOf), errors: groupErrors({ cache }) }
}

function factsOf(database: Database) {
  const pragma = (name: string) => database.pragma(name, { simple: true })
  const tables = database
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .pluck()
    .all()
  const count = (table: string) =>
    Number(
      database
        .prepare(`SELECT count(*) FROM "${table.replaceAll('"', '""')}"`)
        .pluck()
        .get(),
    )
  return {
    name: basename(database.name),
    schemaVersion: Number(pragma('user_version')),
    sqlite: String(database.prepare(`SELECT sqlite_version()`).pluck().get()),
    pageSize: Number(pragma('page_size')),
    journalMode: String(pragma('journal_mode')),
    rows: Object.fromEntries(tables.map((table) => [table, count(table)])),
  }
}

function groupErrors({ cache }: Pick<ProjectFiles, 'cache'>): StorageFacts['errors'] {
  const failures = cache
    .prepare<[], { run: number; code: string | null; error: string | null; path: string }>(
      `SELECT r.run_id AS run, r.error_code AS code, r.error, s.path
       FROM run_sample r JOIN sample s ON s.id = r.sample_id WHERE r.state = 2`,
    )
    .all()
  const groups = new Map<string, StorageFacts['errors'][number]>()
  for (const { run, code, error, path } of failures) {
    const message = (error ?? '').replaceAll(path, '<image>').replaceAll(basename(path), '<image>')
    const key = JSON.stringify([run, code, message])
    const group = groups.get(key)
    if (group) group.count += 1
    else groups.set(key, { run, code: code ?? 'internal', message, count: 1 })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 200)
}
