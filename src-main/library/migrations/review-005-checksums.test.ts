import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { checkRow } from '../stored/checked-rows'
import { REVIEW_MIGRATIONS } from '.'

const FORMER = REVIEW_MIGRATIONS.filter(({ version }) => version < 5)

test('review 5 gives every annotation, run and label a checksum, and keeps it right', () => {
  const database = new Sqlite(':memory:')
  migrate(database, FORMER)
  database.exec(`
    INSERT INTO dataset (id, root) VALUES (1, '/data');
    INSERT INTO sample_key (id, dataset_id, path) VALUES (7, 1, 'a.png');
    INSERT INTO run (id, definition_hash, dataset_id, name, definition, model, created_at) VALUES (1, 'h', 1, 'n', '{}', '{}', '');
    INSERT INTO run_label VALUES (1, 'Coat', 4);
    INSERT INTO annotation VALUES (7, 'note', 'me', '', 'ü', NULL, NULL, '', '', 0);
  `)
  migrate(database, REVIEW_MIGRATIONS)
  const row = (table: string) => database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).get() ?? {}
  const check = () => {
    for (const table of ['annotation', 'run', 'run_label'] as const) checkRow(table, row(table), table)
  }
  check()
  database.exec(`
    UPDATE annotation SET text = 'other', deleted = 1;
    UPDATE run SET definition_hash = 'i', certificate = '{}';
    UPDATE run_label SET class_index = NULL;
  `)
  check()
  expect(() => checkRow('annotation', { ...row('annotation'), text: 'another' }, 'a note')).toThrow(
    /a note is not as it was written/,
  )
  expect(() => checkRow('run_label', { ...row('run_label'), class_index: 4 }, 'a label')).toThrow(/a label/)
})
