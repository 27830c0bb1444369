import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { Library } from '../library'
import { ClosedFiles } from './closed-files'

const folder = mkdtempSync(join(tmpdir(), 'headlight-closed-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file that another program has only read is as it was closed; one that it has written is not', async () => {
  const path = join(folder, 'P.headlight')
  const [review, cache] = [join(path, 'review.sqlite'), join(path, 'cache.sqlite')]
  const library = new Library()
  await library.project.create({ path })
  await library.project.close()

  const reader = new Sqlite(cache, { readonly: true })
  reader.prepare(`SELECT count(*) FROM result`).get()
  reader.close()
  // What the Python package leaves, too: a reader cannot take its log away.
  expect(statSync(`${cache}-wal`).size).toBe(0)
  const writer = new Sqlite(review)
  writer.exec(`INSERT INTO setting VALUES ('k', 'v')`)
  writer.close()

  const closed = ClosedFiles.take(path)
  expect(closed.isAsClosed(cache)).toBe(true)
  expect(closed.isAsClosed(review)).toBe(false)
})
