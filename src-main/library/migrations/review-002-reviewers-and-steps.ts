import type { Migration } from './migration'

/**
 * Annotations of several reviewers, the lists that they choose from, steps that can be undone, places in triage.
 * Tags and notes of version 1 had no reviewer; they become those of "me", the notes of a sample one text.
 */
export const review002: Migration = {
  version: 2,
  sql: `
    ALTER TABLE annotation RENAME TO annotation_1;
    DROP INDEX annotation_text;

    -- Lists to choose from. A tag or verdict is referred to by its name.
    CREATE TABLE term (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL CHECK (kind IN ('tag', 'verdict')),
      name TEXT NOT NULL,
      colour TEXT NOT NULL,
      hotkey TEXT,
      position INTEGER NOT NULL,
      UNIQUE (kind, name)
    );

    -- One row for each thing that a reviewer can say about a sample: key is a tag's name, a region's id, '' for the
    -- others. Deleted rows stay, so that merging with a copy that still has them does not bring them back.
    CREATE TABLE annotation (
      sample_id INTEGER NOT NULL REFERENCES sample_key (id),
      kind TEXT NOT NULL CHECK (kind IN ('tag', 'verdict', 'note', 'region', 'settled')),
      reviewer TEXT NOT NULL,
      key TEXT NOT NULL,
      text TEXT NOT NULL,
      shape TEXT,
      run TEXT,
      created_at TEXT NOT NULL,
      changed_at TEXT NOT NULL,
      deleted INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (sample_id, kind, reviewer, key)
    ) WITHOUT ROWID;
    CREATE INDEX annotation_tag ON annotation (key, sample_id) WHERE kind = 'tag' AND deleted = 0;
    CREATE INDEX annotation_verdict ON annotation (kind, text, sample_id)
      WHERE kind IN ('verdict', 'settled') AND deleted = 0;

    -- What a reviewer did, newest last. before and after are rows of annotation as JSON, null where there was none.
    -- terms_before and terms_after are a whole list, where the list itself was edited.
    CREATE TABLE annotation_step (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      reviewer TEXT NOT NULL,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      samples INTEGER NOT NULL,
      changes INTEGER NOT NULL,
      made_at TEXT NOT NULL,
      undone INTEGER NOT NULL DEFAULT 0,
      terms_kind TEXT,
      terms_before TEXT,
      terms_after TEXT
    );
    CREATE TABLE annotation_change (
      step_id INTEGER NOT NULL REFERENCES annotation_step (id) ON DELETE CASCADE,
      sample_id INTEGER NOT NULL,
      kind TEXT NOT NULL,
      reviewer TEXT NOT NULL,
      key TEXT NOT NULL,
      before TEXT,
      after TEXT,
      PRIMARY KEY (step_id, sample_id, kind, reviewer, key)
    ) WITHOUT ROWID;

    CREATE TABLE triage_place (
      view TEXT PRIMARY KEY,
      sample_id INTEGER NOT NULL,
      changed_at TEXT NOT NULL
    ) WITHOUT ROWID;

    INSERT INTO term (kind, name, colour, hotkey, position) VALUES
      ('verdict', 'fine', '#0b7457', 'a', 0),
      ('verdict', 'ambiguous', '#6e6e6a', 's', 1),
      ('verdict', 'label error', '#bf2f27', 'd', 2),
      ('verdict', 'spurious background', '#925f06', 'f', 3),
      ('verdict', 'right for the wrong reason', '#7b3fa0', 'g', 4);

    INSERT INTO term (kind, name, colour, position)
      SELECT 'tag', text, '#6e6e6a', row_number() OVER (ORDER BY text) - 1
      FROM annotation_1 WHERE kind = 'tag' GROUP BY text;
    INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at)
      SELECT sample_id, 'tag', 'me', text, text, created_at, created_at FROM annotation_1 WHERE kind = 'tag';
    INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at)
      SELECT sample_id, 'note', 'me', '', group_concat(text, char(10) ORDER BY id), min(created_at), max(created_at)
      FROM annotation_1 WHERE kind = 'note' GROUP BY sample_id;
    DROP TABLE annotation_1;
  `,
}
