import type { Database } from 'better-sqlite3'

/** How much a review.sqlite holds of what cannot be computed again. */
export interface ReviewContent {
  /** Annotations, those that were taken back among them: their rows stay. */
  annotations: number
  runs: number
  /** When an annotation was last changed, ISO 8601; '' where there is none. */
  changedAt: string
}

export function contentOf(review: Database): ReviewContent {
  const tables = new Set(
    review.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all(),
  )
  const read = <Value>(table: string, sql: string): Value | undefined =>
    tables.has(table) ? review.prepare<[], Value>(sql).pluck().get() : undefined
  // Annotations of the first version had no time of change.
  const columns = review.prepare<[], string>(`SELECT name FROM pragma_table_info('annotation')`).pluck().all()
  const time = columns.includes('changed_at') ? 'changed_at' : 'created_at'
  return {
    annotations: read<number>('annotation', `SELECT count(*) FROM annotation`) ?? 0,
    runs: read<number>('run', `SELECT count(*) FROM run`) ?? 0,
    changedAt: read<string>('annotation', `SELECT max(${time}) FROM annotation`) ?? '',
  }
}

/** Whether a file holds no more than another, and nothing newer: then that one can take its place. */
export function isWithin(a: ReviewContent, b: ReviewContent): boolean {
  return a.annotations <= b.annotations && a.runs <= b.runs && a.changedAt <= b.changedAt
}

/** Sorts what is newest in content first, then what holds more. */
export function newestContentFirst(a: ReviewContent, b: ReviewContent): number {
  if (a.changedAt !== b.changedAt) return a.changedAt < b.changedAt ? 1 : -1
  return b.annotations - a.annotations || b.runs - a.runs
}
