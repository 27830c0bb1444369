import type { Migration } from './migration'

/** Samples of manifests and archives: where they lie (null: at their path) and what else is known of them, both JSON. */
export const cache002: Migration = {
  version: 2,
  sql: `
    ALTER TABLE sample ADD COLUMN location TEXT;
    ALTER TABLE sample ADD COLUMN metadata TEXT;
  `,
}
