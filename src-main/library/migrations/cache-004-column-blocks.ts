import type { Migration } from './migration'

/**
 * Columns of blocks of 4,096 sample ids beside the rows, so that a million samples are filtered, sorted and summed up
 * without reading their rows. Triggers drop what a changed row makes wrong. Statistics are made from the columns on
 * demand and no longer kept. Maps lie together by method, and may be half as wide.
 */
export const cache004: Migration = {
  version: 4,
  sql: `
    -- revision rises with every change of the block's rows in run_sample. columns: see block-columns.ts, null while it
    -- would not be right. weighed: all head weights of the block are in weight_block.
    CREATE TABLE run_block (
      run_id INTEGER NOT NULL,
      block INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      weighed INTEGER NOT NULL DEFAULT 0,
      columns BLOB,
      PRIMARY KEY (run_id, block)
    );
    -- Codes of head weights by slot, see weight-blocks.ts.
    CREATE TABLE weight_block (
      run_id INTEGER NOT NULL,
      norm TEXT NOT NULL,
      block INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      first BLOB NOT NULL,
      high BLOB NOT NULL,
      low BLOB NOT NULL,
      PRIMARY KEY (run_id, norm, block, layer)
    );

    INSERT INTO run_block (run_id, block, revision)
      SELECT run_id, sample_id / 4096, 1 FROM run_sample GROUP BY run_id, sample_id / 4096;

    CREATE TRIGGER run_sample_added AFTER INSERT ON run_sample BEGIN
      INSERT INTO run_block (run_id, block, revision) VALUES (NEW.run_id, NEW.sample_id / 4096, 1)
        ON CONFLICT (run_id, block) DO UPDATE SET revision = revision + 1, columns = NULL;
    END;
    CREATE TRIGGER run_sample_removed AFTER DELETE ON run_sample BEGIN
      UPDATE run_block SET revision = revision + 1, weighed = 0, columns = NULL
        WHERE run_id = OLD.run_id AND block = OLD.sample_id / 4096;
    END;
    CREATE TRIGGER run_sample_listed AFTER UPDATE OF position, label ON run_sample BEGIN
      UPDATE run_block SET revision = revision + 1, columns = NULL
        WHERE run_id = NEW.run_id AND block = NEW.sample_id / 4096;
    END;
    CREATE TRIGGER run_sample_computed
      AFTER UPDATE OF state, prediction, confidence, correct ON run_sample BEGIN
      UPDATE run_block SET revision = revision + 1, weighed = 0, columns = NULL
        WHERE run_id = NEW.run_id AND block = NEW.sample_id / 4096;
    END;

    DROP TABLE head_statistics;

    -- float32 or float16 [rows * columns], as run_state.map_precision says of the run.
    ALTER TABLE run_state ADD COLUMN map_precision TEXT NOT NULL DEFAULT 'float32';
    ALTER TABLE map RENAME TO map_1;
    CREATE TABLE map (
      run_id INTEGER NOT NULL,
      method TEXT NOT NULL,
      sample_id INTEGER NOT NULL,
      relevance BLOB NOT NULL,
      PRIMARY KEY (run_id, method, sample_id)
    ) WITHOUT ROWID;
    INSERT INTO map SELECT run_id, method, sample_id, relevance FROM map_1 ORDER BY run_id, method, sample_id;
    DROP TABLE map_1;
  `,
}
