import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrate } from '../project/migrate'
import { faultInCache } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import { CACHE_MIGRATIONS } from '.'

test('cache 7 keeps results without a checksum as they are, and finds those that are not as they were written', () => {
  const database = new Sqlite(':memory:')
  migrate(
    database,
    CACHE_MIGRATIONS.filter(({ version }) => version < 7),
  )
  database.exec(`INSERT INTO map (run_id, method, sample_id, relevance) VALUES (1, 'gmar_l1', 7, x'01')`)
  migrate(database, CACHE_MIGRATIONS)
  expect(database.prepare(`SELECT hex(relevance) FROM map`).pluck().get()).toBe('01')
  expect(faultInCache(database, 7)).toBeNull()
  database.prepare(`UPDATE map SET checksum = ?`).run(rowChecksum([Buffer.of(1)]))
  expect(faultInCache(database, 7)).toBeNull()
  database.exec(`UPDATE map SET relevance = x'02'`)
  expect(faultInCache(database, 7)).toBe('a row of map is not as it was written')
})
