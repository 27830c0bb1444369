import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'
import { cache003 } from './cache-003-error-codes'
import { cache004 } from './cache-004-column-blocks'
import { cache005 } from './cache-005-attention-sums'

function oldProject() {
  const database = new Sqlite(':memory:')
  const before = [cache001, cache002, cache003, cache004]
  migrate(database, before)
  database.exec(`INSERT INTO run_sample (run_id, sample_id, position, state, label)
    VALUES (1, 7, 0, 1, 3), (1, 8, 1, 0, 3), (2, 7, 0, 1, 3)`)
  migrate(database, [...before, cache005])
  return database
}

/** Runs that still have sums after a change. */
function kept(change: string): number[] {
  const database = oldProject()
  database.exec(`INSERT INTO attention_sum VALUES (1, 0, 3, 1, 1, x'00'), (2, 0, 3, 1, 1, x'00')`)
  database.exec(change)
  return database.prepare<[], number>(`SELECT run_id FROM attention_sum ORDER BY run_id`).pluck().all()
}

test('cache 5 has no sums of what was computed before it', () => {
  expect(oldProject().prepare(`SELECT count(*) FROM attention_sum`).pluck().get()).toBe(0)
})

test.each([
  ['a sample that is removed', `DELETE FROM run_sample WHERE run_id = 1 AND sample_id = 7`, [2]],
  ['a sample that is to be computed again', `UPDATE run_sample SET state = 0 WHERE run_id = 1 AND sample_id = 7`, [2]],
  ['another label', `UPDATE run_sample SET label = 4 WHERE run_id = 1 AND sample_id = 7`, [2]],
  ['the label that it had', `UPDATE run_sample SET label = 3 WHERE run_id = 1`, [1, 2]],
  ['the result of another sample', `UPDATE run_sample SET state = 1 WHERE run_id = 1 AND sample_id = 8`, [1, 2]],
  ['a pending sample that is removed', `DELETE FROM run_sample WHERE sample_id = 8`, [1, 2]],
])('sums after %s', (_what, change, runs) => {
  expect(kept(change)).toEqual(runs)
})
