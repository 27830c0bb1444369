import type { Migration } from './migration'

/**
 * What tells one review file from another, and one run from another, so that results in cache.sqlite are never taken for
 * those of a run that happens to have the same number.
 */
export const review004: Migration = {
  version: 4,
  sql: `
    -- key: made once with the file, at random; a copy or a restored backup keeps it. session: the same in both files of a
    -- project since they were last opened together.
    CREATE TABLE identity (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      key TEXT NOT NULL,
      session TEXT NOT NULL
    );
    INSERT INTO identity VALUES (1, lower(hex(randomblob(16))), '');

    -- The hash of the definition that the run began with: relinking changes definition_hash, and never this one.
    ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    UPDATE run SET origin = definition_hash;
  `,
}
