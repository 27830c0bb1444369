import type { Migration } from './migration'

/**
 * What cannot be computed again: settings, runs, label matching, annotations, and the keys by which everything else
 * refers to a sample, so that a rebuilt cache keeps every reference.
 */
export const review001: Migration = {
  version: 1,
  sql: `
    CREATE TABLE setting (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE dataset (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      root TEXT NOT NULL UNIQUE
    );

    -- Ids are never used again, even after a row is deleted.
    CREATE TABLE sample_key (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      dataset_id INTEGER NOT NULL REFERENCES dataset (id),
      path TEXT NOT NULL,
      UNIQUE (dataset_id, path)
    );

    CREATE TABLE run (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      definition_hash TEXT NOT NULL UNIQUE,
      dataset_id INTEGER NOT NULL REFERENCES dataset (id),
      name TEXT NOT NULL,
      definition TEXT NOT NULL,
      model TEXT NOT NULL,
      certificate TEXT,
      created_at TEXT NOT NULL
    );

    CREATE TABLE run_label (
      run_id INTEGER NOT NULL REFERENCES run (id),
      folder TEXT NOT NULL,
      class_index INTEGER,
      PRIMARY KEY (run_id, folder)
    ) WITHOUT ROWID;

    CREATE TABLE annotation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      sample_id INTEGER NOT NULL REFERENCES sample_key (id),
      kind TEXT NOT NULL CHECK (kind IN ('tag', 'note')),
      text TEXT NOT NULL,
      created_at TEXT NOT NULL,
      UNIQUE (sample_id, kind, text)
    );
    CREATE INDEX annotation_text ON annotation (kind, text);
  `,
}
