import type { Migration } from './migration'

/** Saved views: a name for the address of a screen, with all its state. */
export const review003: Migration = {
  version: 3,
  sql: `
    CREATE TABLE saved_view (
      name TEXT PRIMARY KEY,
      address TEXT NOT NULL,
      saved_at TEXT NOT NULL
    ) WITHOUT ROWID;
  `,
}
