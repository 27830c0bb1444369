import type { Migration } from './migration'

/** What can be computed again: samples as they were found, results, and statistics over them. Blobs are little-endian. */
export const cache001: Migration = {
  version: 1,
  sql: `
    -- Ids are those of review.sqlite's sample_key.
    CREATE TABLE sample (
      id INTEGER PRIMARY KEY,
      dataset_id INTEGER NOT NULL,
      path TEXT NOT NULL,
      folder TEXT,
      width INTEGER,
      height INTEGER,
      bytes INTEGER,
      hash TEXT
    );

    CREATE TABLE run_state (
      run_id INTEGER PRIMARY KEY,
      state TEXT NOT NULL,
      provider TEXT,
      error TEXT,
      total INTEGER NOT NULL DEFAULT 0,
      done INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0,
      correct INTEGER NOT NULL DEFAULT 0,
      labelled INTEGER NOT NULL DEFAULT 0
    );

    -- Every sample of a run: state 0 is pending, 1 done, 2 failed. Position is the natural order of paths.
    CREATE TABLE run_sample (
      run_id INTEGER NOT NULL,
      sample_id INTEGER NOT NULL,
      position INTEGER NOT NULL,
      state INTEGER NOT NULL DEFAULT 0,
      label INTEGER,
      mask TEXT,
      prediction INTEGER,
      target INTEGER,
      confidence REAL,
      correct INTEGER,
      error_code TEXT,
      error TEXT,
      failed_at REAL,
      PRIMARY KEY (run_id, sample_id)
    ) WITHOUT ROWID;
    CREATE INDEX run_sample_pending ON run_sample (run_id, sample_id) WHERE state = 0;

    -- top_class int32, top_logit and top_probability float32, head scores float32 [layers, heads].
    CREATE TABLE result (
      run_id INTEGER NOT NULL,
      sample_id INTEGER NOT NULL,
      top_class BLOB NOT NULL,
      top_logit BLOB NOT NULL,
      top_probability BLOB NOT NULL,
      head_l1 BLOB,
      head_l2 BLOB,
      PRIMARY KEY (run_id, sample_id)
    );

    -- relevance: float32 [rows * columns].
    CREATE TABLE map (
      run_id INTEGER NOT NULL,
      method TEXT NOT NULL,
      sample_id INTEGER NOT NULL,
      relevance BLOB NOT NULL,
      PRIMARY KEY (run_id, method, sample_id)
    );

    CREATE TABLE localisation (
      run_id INTEGER NOT NULL,
      method TEXT NOT NULL,
      sample_id INTEGER NOT NULL,
      pointing REAL NOT NULL,
      energy REAL NOT NULL,
      iou REAL NOT NULL,
      PRIMARY KEY (run_id, method, sample_id)
    ) WITHOUT ROWID;

    -- Running statistics of head weights: sums, squares and firsts float64 [layers, heads], histogram packed.
    CREATE TABLE head_statistics (
      run_id INTEGER NOT NULL,
      norm TEXT NOT NULL,
      grouping TEXT NOT NULL,
      key INTEGER NOT NULL,
      count INTEGER NOT NULL,
      sums BLOB NOT NULL,
      squares BLOB NOT NULL,
      firsts BLOB NOT NULL,
      histogram BLOB NOT NULL,
      PRIMARY KEY (run_id, norm, grouping, key)
    );
  `,
}
