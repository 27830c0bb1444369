import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { review001 } from './review-001-first'
import { review002 } from './review-002-reviewers-and-steps'
import { review003 } from './review-003-saved-views'
import { review004 } from './review-004-identity'

test('review 4 gives every file a key of its own, and runs the hash that they began with', () => {
  const keys = [1, 2].map(() => {
    const database = new Sqlite(':memory:')
    migrate(database, [review001, review002, review003])
    database.exec(`INSERT INTO dataset (root) VALUES ('/d');
      INSERT INTO run (definition_hash, dataset_id, name, definition, model, created_at)
        VALUES ('abc', 1, 'r', '{}', '{}', '2026-01-01')`)
    migrate(database, [review001, review002, review003, review004])
    expect(database.prepare(`SELECT origin, definition_hash FROM run`).get()).toEqual({
      origin: 'abc',
      definition_hash: 'abc',
    })
    return String(database.prepare(`SELECT key FROM identity`).pluck().get())
  })
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[0]).not.toBe(keys[1])
})
