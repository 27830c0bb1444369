import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { CACHE_MIGRATIONS } from '.'

test('cache 11 keeps arrays of version 10 as they are; their columns go with them', () => {
  const database = new Sqlite(':memory:')
  database.pragma('foreign_keys = ON')
  migrate(
    database,
    CACHE_MIGRATIONS.filter(({ version }) => version < 11),
  )
  database.exec(`
    INSERT INTO vector VALUES (3, 1, 'taylor', 1, 'ff', '{}', 'float32', '[1,1]');
    INSERT INTO vector_value VALUES (3, 7, x'0000803f', 5);
  `)
  migrate(database, CACHE_MIGRATIONS)
  expect(database.prepare(`SELECT * FROM vector_value`).all()).toEqual([
    { vector_id: 3, sample_id: 7, numbers: Buffer.from('0000803f', 'hex'), checksum: 5 },
  ])
  database.exec(`INSERT INTO vector_block VALUES (3, 0, 0, x'0000803f', 5); DELETE FROM vector`)
  expect(database.prepare(`SELECT count(*) FROM vector_block`).pluck().get()).toBe(0)
})
