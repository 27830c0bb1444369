import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'
import { cache003 } from './cache-003-error-codes'
import { cache004 } from './cache-004-column-blocks'

function oldProject() {
  const database = new Sqlite(':memory:')
  migrate(database, [cache001, cache002, cache003])
  database.exec(`
    INSERT INTO run_state (run_id, state, total, done) VALUES (1, 'paused', 3, 1);
    INSERT INTO run_sample (run_id, sample_id, position, state) VALUES (1, 7, 0, 1), (1, 8, 1, 0), (1, 5000, 2, 0);
    INSERT INTO map (run_id, method, sample_id, relevance) VALUES (1, 'gmar_l1', 7, x'0000803f'), (1, 'chefer', 7, x'00');
    INSERT INTO head_statistics VALUES (1, 'l1', 'all', 0, 1, x'', x'', x'', x'');
  `)
  migrate(database, [cache001, cache002, cache003, cache004])
  return database
}

const blocks = (database: Sqlite.Database) =>
  database.prepare(`SELECT block, revision, weighed, columns FROM run_block ORDER BY block`).all()

test('cache 4 keeps results and maps as they are, and knows the blocks that need columns', () => {
  const database = oldProject()
  expect(database.prepare(`SELECT method, hex(relevance) AS relevance FROM map`).all()).toEqual([
    { method: 'chefer', relevance: '00' },
    { method: 'gmar_l1', relevance: '0000803F' },
  ])
  expect(database.prepare(`SELECT map_precision FROM run_state`).pluck().get()).toBe('float32')
  expect(blocks(database)).toEqual([
    { block: 0, revision: 1, weighed: 0, columns: null },
    { block: 1, revision: 1, weighed: 0, columns: null },
  ])
})

test.each([
  ['a new sample', `INSERT INTO run_sample (run_id, sample_id, position) VALUES (1, 9, 3)`, 1],
  ['another place in the list', `UPDATE run_sample SET position = 4 WHERE sample_id = 7`, 1],
  ['a result', `UPDATE run_sample SET state = 1, prediction = 2 WHERE sample_id = 8`, 0],
  ['a sample that left', `DELETE FROM run_sample WHERE sample_id = 8`, 0],
])('cache 4: %s makes the columns of its block stale, and no others', (_what, sql, weighed) => {
  const database = oldProject()
  database.exec(`UPDATE run_block SET weighed = 1, columns = x'01'`)
  database.exec(sql)
  expect(blocks(database)).toEqual([
    { block: 0, revision: 2, weighed, columns: null },
    { block: 1, revision: 1, weighed: 1, columns: Buffer.of(1) },
  ])
})
