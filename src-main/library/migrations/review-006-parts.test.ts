import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { REVIEW_MIGRATIONS } from '.'
import { migrate } from '../project/migrate'

test('review 6 finds no step under way in what former versions wrote', () => {
  const database = new Sqlite(':memory:')
  migrate(
    database,
    REVIEW_MIGRATIONS.filter(({ version }) => version < 6),
  )
  database.exec(
    `INSERT INTO annotation_step (reviewer, kind, title, samples, changes, made_at) VALUES ('me', 'change', 't', 1, 1, '')`,
  )
  migrate(database, REVIEW_MIGRATIONS)
  expect(database.prepare(`SELECT walked, following, undone FROM annotation_step`).all()).toEqual([
    { walked: 0, following: null, undone: 0 },
  ])
})
