import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { review001 } from './review-001-first'
import { review002 } from './review-002-reviewers-and-steps'

test('review 2 keeps the tags and notes of version 1, as one reviewer’s', () => {
  const database = new Sqlite(':memory:')
  database.pragma('foreign_keys = ON')
  migrate(database, [review001])
  database.exec(`
    INSERT INTO dataset (root) VALUES ('/data');
    INSERT INTO sample_key (dataset_id, path) VALUES (1, 'a.png'), (1, 'b.png');
    INSERT INTO annotation (sample_id, kind, text, created_at) VALUES
      (1, 'tag', 'clutter', '2026-01-01'), (2, 'tag', 'clutter', '2026-01-02'), (2, 'tag', 'blur', '2026-01-03'),
      (2, 'note', 'second', '2026-01-05'), (2, 'note', 'third', '2026-01-04');
  `)
  migrate(database, [review001, review002])
  expect(database.pragma('user_version', { simple: true })).toBe(2)
  const rows = database.prepare(`SELECT sample_id, kind, reviewer, key, text, created_at, changed_at FROM annotation`)
  expect(rows.raw().all()).toEqual([
    [1, 'tag', 'me', 'clutter', 'clutter', '2026-01-01', '2026-01-01'],
    [2, 'note', 'me', '', 'second\nthird', '2026-01-04', '2026-01-05'],
    [2, 'tag', 'me', 'blur', 'blur', '2026-01-03', '2026-01-03'],
    [2, 'tag', 'me', 'clutter', 'clutter', '2026-01-02', '2026-01-02'],
  ])
  const tags = database.prepare(`SELECT name, position FROM term WHERE kind = 'tag' ORDER BY position`)
  expect(tags.raw().all()).toEqual([
    ['blur', 0],
    ['clutter', 1],
  ])
  expect(database.prepare(`SELECT count(*) FROM term WHERE kind = 'verdict'`).pluck().get()).toBe(5)
})

test('review 2 ties annotations to samples that exist, one of a kind to a reviewer', () => {
  const database = new Sqlite(':memory:')
  database.pragma('foreign_keys = ON')
  migrate(database, [review001, review002])
  database.exec(`INSERT INTO dataset (root) VALUES ('/data');
    INSERT INTO sample_key (dataset_id, path) VALUES (1, 'a.png')`)
  const insert = database.prepare(
    `INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at) VALUES (?, ?, ?, '', 'x', '', '')`,
  )
  insert.run(1, 'verdict', 'ana')
  insert.run(1, 'verdict', 'ben')
  expect(() => insert.run(1, 'verdict', 'ana')).toThrow(/UNIQUE/)
  expect(() => insert.run(2, 'verdict', 'ana')).toThrow(/FOREIGN KEY/)
  expect(() => insert.run(1, 'drawing', 'ana')).toThrow(/CHECK/)
})
