import Sqlite from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { faultInCache } from '../stored/result-checksums'
import { soundRow } from '../stored/sound-rows'
import { CACHE_MIGRATIONS } from '.'
import { CHECKED_ROWS, type CheckedRows } from './cache-010-row-checksums'

let database: Sqlite.Database
beforeEach(() => {
  database = new Sqlite(':memory:')
  migrate(
    database,
    CACHE_MIGRATIONS.filter(({ version }) => version < 10),
  )
  database.exec(`
    INSERT INTO sample (id, dataset_id, path, width, metadata) VALUES (7, 1, 'a/7.png', 640, '{"age":3}'), (8, 1, 'a/8.png', 1, null);
    INSERT INTO run_sample (run_id, sample_id, position, label, confidence) VALUES (1, 7, 0, 2, 0.75), (1, 8, 1, null, null);
    INSERT INTO localisation (run_id, method, sample_id, pointing, energy, iou) VALUES (1, 'gmar_l1', 7, 1, 0.5, 0.25);
    INSERT INTO label_name VALUES (1, 'Été');
    INSERT INTO split_name VALUES (1, 'train');
    INSERT INTO label_source VALUES (1, 'folder level 1');
    INSERT INTO sample_label VALUES (7, 1, 0, 1);
    INSERT INTO unmeasured VALUES (1, 8, 'empty', 'The mask has nothing inside.');
  `)
  migrate(database, CACHE_MIGRATIONS)
})

const sound = (table: CheckedRows) =>
  database
    .prepare(`SELECT ${soundRow(table)} FROM ${table}`)
    .pluck()
    .all()

test('cache 10 gives every row a checksum, which follows what is written', () => {
  expect(faultInCache(database, 10)).toBeNull()
  database.exec(`
    UPDATE run_sample SET state = 1, prediction = 3 WHERE sample_id = 8;
    UPDATE sample SET hash = 'ab';
    INSERT OR REPLACE INTO localisation (run_id, method, sample_id, pointing, energy, iou) VALUES (1, 'gmar_l1', 7, 0, 0, 0);
  `)
  expect(faultInCache(database, 10)).toBeNull()
  for (const table of Object.keys(CHECKED_ROWS) as CheckedRows[]) expect(sound(table)).not.toContain(0)
})

test.each([
  ['sample', `path = 'a/9.png' WHERE id = 7`],
  ['sample', `width = 641 WHERE id = 7`],
  ['sample', `metadata = '{"age":8}' WHERE id = 7`],
  ['run_sample', `label = 3 WHERE sample_id = 7`],
  ['run_sample', `prediction = 3 WHERE sample_id = 7`],
  ['run_sample', `confidence = 0.5 WHERE sample_id = 7`],
  ['run_sample', `checksum = NULL WHERE sample_id = 7`],
  ['localisation', `iou = 0.5`],
  ['label_name', `name = 'Eté'`],
  ['split_name', `name = 'trajn'`],
  ['label_source', `name = 'folder level 3'`],
  ['sample_label', `label_id = 3`],
  ['sample_label', `source_id = 3`],
  ['unmeasured', `kind = 'unreadable'`],
  ['unmeasured', `sample_id = 9`],
  ['localisation_rule', `rule = 'bright'`],
] as const)('a value of %s that changed on the disk is found: %s', (table, change) => {
  // Without the triggers, as damage changes it.
  for (const name of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()) {
    database.exec(`DROP TRIGGER ${String(name)}`)
  }
  database.exec(`UPDATE ${table} SET ${change}`)
  expect(faultInCache(database, 10)).toBe(`a row of ${table} is not as it was written`)
  expect(sound(table)).toContain(0)
})
