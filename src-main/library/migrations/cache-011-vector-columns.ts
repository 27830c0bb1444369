import type { Migration } from './migration'

/**
 * Columns of vectors: the numbers of one element over the samples of a block, so that a million samples are filtered by it
 * without reading their rows. Made from the rows of `vector_value` when a block is complete.
 */
export const cache011: Migration = {
  version: 11,
  sql: `
    -- numbers: float32 by slot of the block, NaN for none, ending with the block's last sample that has any.
    CREATE TABLE vector_block (
      vector_id INTEGER NOT NULL REFERENCES vector (id) ON DELETE CASCADE,
      block INTEGER NOT NULL,
      element INTEGER NOT NULL,
      numbers BLOB NOT NULL,
      checksum INTEGER,
      PRIMARY KEY (vector_id, block, element)
    );
  `,
}
