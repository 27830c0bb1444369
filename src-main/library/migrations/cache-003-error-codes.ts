import type { Migration } from './migration'

/** The kind of the error that failed a run, or made it pause by itself. */
export const cache003: Migration = {
  version: 3,
  sql: `ALTER TABLE run_state ADD COLUMN error_code TEXT;`,
}
