import type { Database } from 'better-sqlite3'
import type { ProjectFiles } from '../project/project-files'

/** What has ids that both files use, the review file's table of it, and where the cache has such ids. */
const KINDS = [
  { kind: 'run', table: 'run', columns: ['run_identity.run_id', 'run_state.run_id'] },
  { kind: 'dataset', table: 'dataset', columns: ['dataset_identity.dataset_id', 'sample.dataset_id'] },
  { kind: 'sample', table: 'sample_key', columns: ['sample.id'] },
] as const

/**
 * Raises what the review file counts on from to the highest id that the cache has or ever had, so that a restored or a
 * new review file gives none of them to anything else; and writes down in the cache how far both are.
 */
export function keepIdsApart({ review, cache }: ProjectFiles, highestThumbnail: number): void {
  const known = noteHighestIds(cache)
  const note = noter(cache)
  for (const { kind, table } of KINDS) {
    const floor = Math.max(known.get(kind) ?? 0, kind === 'sample' ? highestThumbnail : 0)
    note(kind, Math.max(floor, raiseSequence(review, table, floor)))
  }
}

/** Writes down the highest ids of the cache's rows, so that they stay known when rows go. */
export function noteHighestIds(cache: Database): ReadonlyMap<string, number> {
  const note = noter(cache)
  const stored = cache.prepare<[string], number>(`SELECT id FROM highest_id WHERE kind = ?`).pluck()
  return new Map(
    KINDS.map(({ kind, columns }) => {
      const highest = columns.map((column) => {
        const [table, name] = column.split('.')
        return cache.prepare<[], number | null>(`SELECT max(${name}) FROM ${table}`).pluck().get() ?? 0
      })
      const id = Math.max(stored.get(kind) ?? 0, ...highest)
      note(kind, id)
      return [kind, id]
    }),
  )
}

function noter(cache: Database) {
  const write = cache.prepare(
    `INSERT INTO highest_id (kind, id) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET id = max(id, excluded.id)`,
  )
  return (kind: string, id: number) => void write.run(kind, id)
}

/** Lets a table's next id be above `floor`; gives the highest id that it ever had, or `floor`. */
function raiseSequence(review: Database, table: string, floor: number): number {
  const read = review.prepare<[string], number>(`SELECT seq FROM sqlite_sequence WHERE name = ?`).pluck()
  const before = read.get(table)
  if (before === undefined) {
    if (floor > 0) review.prepare(`INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`).run(table, floor)
  } else if (before < floor) {
    review.prepare(`UPDATE sqlite_sequence SET seq = ? WHERE name = ?`).run(floor, table)
  }
  return Math.max(before ?? 0, floor)
}
