import type { Migration } from './migration'

/** Why samples with a mask have no localisation. Rows of former versions have no reason, and are counted as such. */
export const cache009: Migration = {
  version: 9,
  sql: `
    CREATE TABLE unmeasured (
      run_id INTEGER NOT NULL,
      sample_id INTEGER NOT NULL,
      kind TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (run_id, sample_id)
    ) WITHOUT ROWID;
  `,
}
