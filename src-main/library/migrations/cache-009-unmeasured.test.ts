import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { CACHE_MIGRATIONS } from '.'

test('cache 9 keeps localisation as it is, and one reason a sample and run why there is none', () => {
  const database = new Sqlite(':memory:')
  migrate(
    database,
    CACHE_MIGRATIONS.filter(({ version }) => version < 9),
  )
  database.exec(`INSERT INTO localisation (run_id, method, sample_id, rule_id, pointing, energy, iou)
    VALUES (1, 'gmar_l1', 7, 1, 1, 0.5, 0.25)`)
  migrate(database, CACHE_MIGRATIONS)
  expect(database.prepare(`SELECT iou FROM localisation`).pluck().get()).toBe(0.25)
  const add = database.prepare(
    `INSERT INTO unmeasured (run_id, sample_id, kind, message) VALUES (1, 8, 'empty', 'Nothing is inside.')`,
  )
  add.run()
  expect(() => add.run()).toThrow(/UNIQUE/)
})
