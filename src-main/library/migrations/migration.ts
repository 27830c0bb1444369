import type { Database } from 'better-sqlite3'

/** One step of a database's schema. Steps are numbered from 1 without gaps and never change once released. */
export interface Migration {
  version: number
  sql: string
  /** Teaches the connection functions that the SQL calls. */
  prepare?(database: Database): void
}
