import type { Migration } from './migration'

/** Checksums of results, see stored/result-checksums.ts. Null in rows of former versions, which are taken as they are. */
export const cache007: Migration = {
  version: 7,
  sql: `
    ALTER TABLE result ADD COLUMN top_checksum INTEGER;
    ALTER TABLE result ADD COLUMN head_checksum INTEGER;
    ALTER TABLE map ADD COLUMN checksum INTEGER;
    ALTER TABLE run_block ADD COLUMN checksum INTEGER;
    ALTER TABLE weight_block ADD COLUMN checksum INTEGER;
  `,
}
