import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'

test('cache 2 leaves the samples of version 1 at their paths', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [cache001])
  database.exec(`INSERT INTO sample (id, dataset_id, path, folder, hash) VALUES (7, 1, 'a/1.png', 'a', 'ff')`)
  migrate(database, [cache001, cache002])
  expect(database.pragma('user_version', { simple: true })).toBe(2)
  expect(database.prepare(`SELECT id, path, hash, location, metadata FROM sample`).all()).toEqual([
    { id: 7, path: 'a/1.png', hash: 'ff', location: null, metadata: null },
  ])
})
