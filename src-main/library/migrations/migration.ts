/** One step of a database's schema. Steps are numbered from 1 without gaps and never change once released. */
export interface Migration {
  version: number
  sql: string
}
