import type { Database } from 'better-sqlite3'

/** Both databases of a project, wherever they are open. */
export interface ProjectFiles {
  /** Precious: definitions, sample keys, annotations. */
  readonly review: Database
  /** Recomputable: results, maps, columns. */
  readonly cache: Database
}
