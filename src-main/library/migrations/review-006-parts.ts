import type { Migration } from './migration'

/** How far work on a step came that is written part by part, so that nothing is half done without saying so. */
export const review006: Migration = {
  version: 6,
  sql: `
    -- walked: changes, from the first in order of the primary key, that an undo (of a step that is not undone) or a redo
    -- (of one that is) has been through; 0 where none is under way. following: the sample after which annotations still
    -- have to follow a list of tags or verdicts that the step edited, null where all do. undone is 2 for a step that
    -- nobody can undo or redo any more, until its changes are removed.
    ALTER TABLE annotation_step ADD COLUMN walked INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE annotation_step ADD COLUMN following INTEGER;
  `,
}
