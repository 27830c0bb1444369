import type { Database } from 'better-sqlite3'
import type { Migration } from './migration'

/**
 * Storage that knows what it holds: whose results these are, the dataset's own labels and splits beside classes, how
 * localisation was measured, sums of attention in whole numbers, and room for quantities and vectors of samples.
 */
export const cache006: Migration = {
  version: 6,
  prepare: teachIntegers,
  sql: `
    -- The review file that the cache belongs to, and the session in which both were last opened together.
    CREATE TABLE lineage (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      review_key TEXT NOT NULL,
      session TEXT NOT NULL
    );
    -- Ids that were ever in use here, by kind: run, dataset, sample. A review file never gives them to anything else.
    CREATE TABLE highest_id (
      kind TEXT PRIMARY KEY,
      id INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE dataset_identity (
      dataset_id INTEGER PRIMARY KEY,
      root TEXT NOT NULL
    );
    -- A copy of what review.sqlite says of each run, so that results can be given back to a review file without it.
    -- origin: hash of the definition that it began with. labels: the matching that the labels of its samples follow,
    -- as JSON pairs; null where that is not known.
    CREATE TABLE run_identity (
      run_id INTEGER PRIMARY KEY,
      review_key TEXT NOT NULL,
      origin TEXT NOT NULL,
      definition_hash TEXT NOT NULL,
      dataset_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      definition TEXT NOT NULL,
      model TEXT NOT NULL,
      certificate TEXT,
      created_at TEXT NOT NULL,
      labels TEXT
    );

    -- Labels and splits as the dataset writes them, by code. A sample may have several labels, of several sources.
    CREATE TABLE label_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE split_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE label_source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE sample_label (
      sample_id INTEGER NOT NULL,
      source_id INTEGER NOT NULL,
      position INTEGER NOT NULL,
      label_id INTEGER NOT NULL,
      PRIMARY KEY (sample_id, source_id, position)
    ) WITHOUT ROWID;
    INSERT INTO label_name (name) SELECT DISTINCT folder FROM sample WHERE folder IS NOT NULL ORDER BY folder;
    INSERT INTO label_source (id, name) SELECT 1, 'the dataset' WHERE EXISTS (SELECT 1 FROM label_name);
    INSERT INTO sample_label
      SELECT sample.id, 1, 0, label_name.id FROM sample JOIN label_name ON name = folder ORDER BY sample.id;

    -- What a run took for a sample's own label and split: codes, null for none.
    ALTER TABLE run_sample ADD COLUMN dataset_label INTEGER;
    ALTER TABLE run_sample ADD COLUMN split INTEGER;
    UPDATE run_sample SET dataset_label = sample_label.label_id FROM sample_label
      WHERE sample_label.sample_id = run_sample.sample_id;
    ALTER TABLE sample DROP COLUMN folder;
    DROP TRIGGER run_sample_listed;
    CREATE TRIGGER run_sample_listed AFTER UPDATE OF position, label, dataset_label, split ON run_sample BEGIN
      UPDATE run_block SET revision = revision + 1, columns = NULL
        WHERE run_id = NEW.run_id AND block = NEW.sample_id / 4096;
    END;
    UPDATE run_block SET revision = revision + 1, columns = NULL;

    -- How the pixels of a mask were told inside from outside. Rule 1 is that of former versions.
    CREATE TABLE localisation_rule (
      id INTEGER PRIMARY KEY,
      mask_kind TEXT NOT NULL,
      rule TEXT NOT NULL,
      UNIQUE (mask_kind, rule)
    );
    INSERT INTO localisation_rule VALUES (1, 'brightness', 'brighter than half of the mask''s brightest pixel, or the box');
    ALTER TABLE localisation ADD COLUMN rule_id INTEGER NOT NULL DEFAULT 1;

    -- Where the scores of a layer's heads begin in result.head_l1 and head_l2: layers may have different numbers of heads.
    CREATE TABLE head_layer (
      run_id INTEGER NOT NULL,
      layer INTEGER NOT NULL,
      first INTEGER NOT NULL,
      heads INTEGER NOT NULL,
      PRIMARY KEY (run_id, layer)
    ) WITHOUT ROWID;

    -- From here on whole numbers of units of 2^-30 in 64 bits, little-endian [heads, patches] of the layer.
    UPDATE attention_sum SET sums = integers_of_floats(sums);

    -- A number a sample, by name, version of what computes it, and settings. type: float32 (NaN for none) or int32
    -- (-2^31 for none), by slot of a block as in run_block.
    CREATE TABLE quantity (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      settings_hash TEXT NOT NULL,
      settings TEXT NOT NULL,
      type TEXT NOT NULL CHECK (type IN ('float32', 'int32')),
      UNIQUE (run_id, name, version, settings_hash)
    );
    CREATE TABLE quantity_block (
      quantity_id INTEGER NOT NULL REFERENCES quantity (id) ON DELETE CASCADE,
      block INTEGER NOT NULL,
      numbers BLOB NOT NULL,
      PRIMARY KEY (quantity_id, block)
    );

    -- An array a sample: embeddings, for example. shape: JSON list of lengths.
    CREATE TABLE vector (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      settings_hash TEXT NOT NULL,
      settings TEXT NOT NULL,
      type TEXT NOT NULL CHECK (type IN ('float16', 'float32')),
      shape TEXT NOT NULL,
      UNIQUE (run_id, name, version, settings_hash)
    );
    CREATE TABLE vector_value (
      vector_id INTEGER NOT NULL REFERENCES vector (id) ON DELETE CASCADE,
      sample_id INTEGER NOT NULL,
      numbers BLOB NOT NULL,
      PRIMARY KEY (vector_id, sample_id)
    ) WITHOUT ROWID;
  `,
}

/** Teaches SQLite `integers_of_floats(blob)`: float64 that hold whole numbers become 64-bit integers. */
function teachIntegers(database: Database): void {
  database.function('integers_of_floats', { deterministic: true }, (blob) => {
    if (!Buffer.isBuffer(blob)) return null
    const integers = Buffer.alloc(blob.byteLength)
    for (let at = 0; at + 8 <= blob.byteLength; at += 8) {
      integers.writeBigInt64LE(BigInt(Math.round(blob.readDoubleLE(at))), at)
    }
    return integers
  })
}
