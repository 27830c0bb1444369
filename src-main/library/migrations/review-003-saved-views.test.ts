import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { review001 } from './review-001-first'
import { review002 } from './review-002-reviewers-and-steps'
import { review003 } from './review-003-saved-views'

test('review 3 adds saved views, one a name, and keeps what is there', () => {
  const database = new Sqlite(':memory:')
  migrate(database, [review001, review002])
  database.exec(`INSERT INTO setting VALUES ('k', 'v')`)
  migrate(database, [review001, review002, review003])
  expect(database.pragma('user_version', { simple: true })).toBe(3)
  expect(database.prepare(`SELECT value FROM setting`).pluck().get()).toBe('v')
  const insert = database.prepare(`INSERT INTO saved_view VALUES (?, '/runs/1/gallery', '2026-01-01')`)
  insert.run('Shirts')
  expect(() => insert.run('Shirts')).toThrow(/UNIQUE/)
})
