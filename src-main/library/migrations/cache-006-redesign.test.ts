import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { integersOf } from '../statistics/integer-sums'
import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'
import { cache003 } from './cache-003-error-codes'
import { cache004 } from './cache-004-column-blocks'
import { cache005 } from './cache-005-attention-sums'
import { cache006 } from './cache-006-redesign'

const BEFORE = [cache001, cache002, cache003, cache004, cache005]

function migrated(fill: string) {
  const database = new Sqlite(':memory:')
  migrate(database, BEFORE)
  database.exec(fill)
  migrate(database, [...BEFORE, cache006])
  return database
}

test('cache 6 keeps the label of every sample as the dataset wrote it, once as a name', () => {
  const database = migrated(`
    INSERT INTO sample (id, dataset_id, path, folder) VALUES (5, 1, 'a', 'skirt'), (6, 1, 'b', NULL), (7, 1, 'c', 'skirt'),
      (8, 1, 'd', 'hat');
    INSERT INTO run_sample (run_id, sample_id, position, label) VALUES (1, 5, 0, 3), (1, 6, 1, NULL), (1, 8, 2, NULL),
      (2, 5, 0, 4)`)
  const read = database.prepare(
    `SELECT run_id, sample_id, label, name, split FROM run_sample LEFT JOIN label_name ON id = dataset_label`,
  )
  expect(read.raw().all()).toEqual([
    [1, 5, 3, 'skirt', null],
    [1, 6, null, null, null],
    [1, 8, null, 'hat', null],
    [2, 5, 4, 'skirt', null],
  ])
  expect(
    database
      .prepare(
        `SELECT sample_id, s.name, n.name, position FROM sample_label JOIN label_name n ON n.id = label_id
         JOIN label_source s ON s.id = source_id`,
      )
      .raw()
      .all(),
  ).toEqual([
    [5, 'the dataset', 'skirt', 0],
    [7, 'the dataset', 'skirt', 0],
    [8, 'the dataset', 'hat', 0],
  ])
})

test('cache 6 turns sums of attention into whole numbers, and drops columns that say too little', () => {
  const sums = Buffer.from(Float64Array.of(0, 1, 2 ** 30, 2 ** 52 + 1).buffer)
  const database = migrated(`
    INSERT INTO run_sample (run_id, sample_id, position) VALUES (1, 5, 0);
    UPDATE run_block SET columns = x'00';
    INSERT INTO localisation VALUES (1, 'gmar_l1', 5, 1, 0.5, 0.25);
    INSERT INTO attention_sum VALUES (1, 0, 3, 1, 9, x'${sums.toString('hex')}')`)
  const stored = database.prepare<[], { count: number; sums: Buffer }>(`SELECT count, sums FROM attention_sum`).get()
  expect(stored?.count).toBe(9)
  expect([...integersOf(stored?.sums ?? Buffer.alloc(0))]).toEqual([0, 1, 2 ** 30, 2 ** 52 + 1])
  expect(database.prepare(`SELECT columns FROM run_block`).pluck().get()).toBeNull()
  expect(
    database.prepare(`SELECT iou, mask_kind FROM localisation JOIN localisation_rule r ON r.id = rule_id`).get(),
  ).toEqual({ iou: 0.25, mask_kind: 'brightness' })
})

test.each([
  ['another label of the dataset', `UPDATE run_sample SET dataset_label = 2`],
  ['another split', `UPDATE run_sample SET split = 1`],
])('cache 6: %s makes the columns of its block stale', (_what, sql) => {
  const database = migrated(`INSERT INTO run_sample (run_id, sample_id, position) VALUES (1, 9, 0)`)
  database.exec(`UPDATE run_block SET weighed = 1, columns = x'01'`)
  database.exec(sql)
  expect(database.prepare(`SELECT weighed, columns FROM run_block`).get()).toEqual({ weighed: 1, columns: null })
})
