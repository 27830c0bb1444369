import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { cache001 } from './cache-001-results'

test('cache 1 gives an empty file its tables, and finds pending samples by index', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [cache001])
  const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).pluck().all()
  expect(tables).toEqual(['head_statistics', 'localisation', 'map', 'result', 'run_sample', 'run_state', 'sample'])
  database.exec(`INSERT INTO run_sample (run_id, sample_id, position) VALUES (1, 5, 0)`)
  expect(database.prepare(`SELECT state, correct FROM run_sample`).get()).toEqual({ state: 0, correct: null })
  const plan = database.prepare(
    `EXPLAIN QUERY PLAN SELECT sample_id FROM run_sample WHERE run_id = 1 AND sample_id > 3 AND state = 0 ORDER BY sample_id`,
  )
  expect(JSON.stringify(plan.all())).toContain('run_sample_pending')
})
