import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { Library } from '../library'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'
import type { CheckedRows } from '../migrations/cache-010-row-checksums'

const folder = mkdtempSync(join(tmpdir(), 'headlight-sound-'))
const library = new Library()
const RUN = 1

beforeAll(async () => {
  const names = ['Coat/1.png', 'Coat/2.png']
  await writeImages(join(folder, 'images'), names)
  mkdirSync(join(folder, 'masks', 'Coat'), { recursive: true })
  for (const name of names) writeFileSync(join(folder, 'masks', name), greyPng(2, 1, Uint8Array.of(0, 255)))
  await library.project.create({ path: join(folder, 'P.headlight') })
  await library.runs.begin({ definition: definitionOf(join(folder, 'images')), model, certificate: null })
  const batch = batchOf(await library.runs.pending({ runId: RUN, after: -1, limit: 2 }), { predictions: [0, 1] })
  const values = Float32Array.of(1, NaN)
  batch.localisation = [{ method: 'gmar_l1', pointing: values, energy: values, iou: values }]
  batch.unmeasured = [{ id: 2, kind: 'empty', message: 'The mask is empty.' }]
  await library.runs.commit({ runId: RUN, batch })
})
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const rows = () => library.samples.rows({ runId: RUN, ids: Uint32Array.of(1, 2) })
const localisation = () => library.statistics.localisation({ runId: RUN, filter: '' })

test.each<[CheckedRows, string, () => Promise<unknown>]>([
  ['sample', 'a row of the gallery', rows],
  ['run_sample', 'a row of the gallery', rows],
  ['localisation', 'means', localisation],
  ['localisation', 'one sample', () => library.samples.detail({ runId: RUN, id: 1 })],
  ['unmeasured', 'means', localisation],
  ['unmeasured', 'one sample', () => library.samples.detail({ runId: RUN, id: 2 })],
  ['unmeasured', 'reasons', () => library.runs.unmeasured({ runId: RUN })],
  ['label_name', 'facets', () => library.samples.facets({ runId: RUN, filter: '' })],
])('a damaged row of %s is told, not shown: %s', async (table, _what, ask) => {
  change(`UPDATE ${table} SET checksum = checksum + 1`)
  await expect(ask()).rejects.toMatchObject({ code: 'project-damaged' })
  change(`UPDATE ${table} SET checksum = checksum - 1`)
  await expect(ask()).resolves.toBeDefined()
  // Means are verified once a connection: the next case asks anew.
  await library.project.open({ path: join(folder, 'P.headlight') })
})

/** As no part of the program writes. */
function change(sql: string): void {
  const file = new Sqlite(join(folder, 'P.headlight', 'cache.sqlite'))
  file.exec(sql)
  file.close()
}
