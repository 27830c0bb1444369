import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ProjectFiles } from '../project/project-files'

/** What is counted by reading through both files. */
export interface StorageRows {
  databases: {
    name: string
    schemaVersion: number
    sqlite: string
    pageSize: number
    journalMode: string
    rows: Record<string, number>
  }[]
  /** Failed samples by code and sentence, with their names left out. */
  errors: { run: number; code: string; message: string; count: number }[]
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

function groupErrors({ cache }: Pick<ProjectFiles, 'cache'>): StorageRows['errors'] {
  const failures = cache
    .prepare<[], { run: number; code: string | null; error: string | null; path: string }>(
      `SELECT r.run_id AS run, r.error_code AS code, r.error, s.path
       FROM run_sample r JOIN sample s ON s.id = r.sample_id WHERE r.state = 2`,
    )
    .all()
  const groups = new Map<string, StorageRows['errors'][number]>()
  for (const { run, code, error, path } of failures) {
    const message = (error ?? '').replaceAll(path, '<image>').replaceAll(basename(path), '<image>')
    const key = JSON.stringify([run, code, message])
    const group = groups.get(key)
    if (group) group.count++
    else groups.set(key, { run, code: code ?? 'internal', message, count: 1 })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count).slice(0, 200)
}
