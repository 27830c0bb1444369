import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { review001 } from './review-001-first'

test('review 1 gives an empty file its tables, and samples ids that are never used again', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [review001])
  expect(database.pragma('user_version', { simple: true })).toBe(1)
  database.exec(`INSERT INTO dataset (root) VALUES ('/data')`)
  const key = database.prepare(`INSERT INTO sample_key (dataset_id, path) VALUES (1, ?)`)
  expect([key.run('é.png'), key.run('e\u0301.png')].map((result) => result.lastInsertRowid)).toEqual([1, 2])
  expect(() => key.run('é.png')).toThrow(/UNIQUE/)
  database.exec(`DELETE FROM sample_key WHERE id = 2`)
  expect(key.run('new.png').lastInsertRowid).toBe(3)
  expect(() => database.exec(`INSERT INTO annotation VALUES (1, 1, 'drawing', 'x', '')`)).toThrow(/CHECK/)
  database.exec(`INSERT INTO annotation VALUES (1, 1, 'tag', 'clutter', '')`)
})

test('a migration that has run does not run again', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [review001])
  database.exec(`INSERT INTO setting VALUES ('k', 'v')`)
  migrate(database, [review001])
  expect(database.prepare(`SELECT count(*) FROM setting`).pluck().get()).toBe(1)
})

test('a migration that fails leaves nothing behind', () => {
  const database = new Sqlite(':memory:')
  const broken = { version: 2, sql: `CREATE TABLE half (x); CREATE TABLE setting (x)` }
  expect(() => migrate(database, [review001, broken])).toThrow(/already exists/)
  expect(database.pragma('user_version', { simple: true })).toBe(1)
  expect(database.prepare(`SELECT count(*) FROM sqlite_master WHERE name = 'half'`).pluck().get()).toBe(0)
})
