import type { Migration } from './migration'

/**
 * Sums of attention from the read-out rows, see attention-sums.ts. They cannot be mended for one sample: where a sample
 * that they hold goes, or gets another label, those of its run are dropped.
 */
export const cache005: Migration = {
  version: 5,
  sql: `
    -- label and outcome: -1 for none. sums: float64 [heads, patches] of the layer.
    CREATE TABLE attention_sum (
      run_id INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      label INTEGER NOT NULL,
      outcome INTEGER NOT NULL,
      count INTEGER NOT NULL,
      sums BLOB NOT NULL,
      PRIMARY KEY (run_id, layer, label, outcome)
    );

    CREATE TRIGGER attention_of_removed AFTER DELETE ON run_sample WHEN OLD.state = 1 BEGIN
      DELETE FROM attention_sum WHERE run_id = OLD.run_id;
    END;
    CREATE TRIGGER attention_of_changed AFTER UPDATE OF state, label ON run_sample
      WHEN OLD.state = 1 AND (NEW.state <> 1 OR NEW.label IS NOT OLD.label) BEGIN
      DELETE FROM attention_sum WHERE run_id = OLD.run_id;
    END;
  `,
}
