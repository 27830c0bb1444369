import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'
import { cache003 } from './cache-003-error-codes'

test('cache 3 keeps why a run of version 2 failed, without its kind', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [cache001, cache002])
  database.exec(`INSERT INTO run_state (run_id, state, error, done) VALUES (4, 'failed', 'It broke.', 7)`)
  migrate(database, [cache001, cache002, cache003])
  expect(database.pragma('user_version', { simple: true })).toBe(3)
  expect(database.prepare(`SELECT run_id, state, error, error_code, done FROM run_state`).all()).toEqual([
    { run_id: 4, state: 'failed', error: 'It broke.', error_code: null, done: 7 },
  ])
})
