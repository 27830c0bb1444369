/** Quantities as filters, orders and columns of exports, where they lie in rows, in columns, and in what an evaluation kept. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { METRIC_VERSION } from '@shared/evaluation/metrics'
import { exportTable, runTable } from '../../exports/export-table'
import { quantityReader } from '../../exports/tables/quantities'
import { type SmallProject, smallProject, unwatched } from '../../service/testing/small-project'
import { batchOf, beginIn } from '../library-fixture'
import { Library } from '../library'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'

const NAMES = ['Bag/1.png', 'Coat/1.png', 'Coat/2.png', 'Shirt/9.png', 'Shirt/broken.png']
const TAYLOR = [-1, 0.5, 2, -0.25]
let made: SmallProject
let ids: Uint32Array

beforeAll(async () => {
  const headTaylor = Float32Array.from(TAYLOR.flatMap((value) => [value, 1, 2, 3]))
  const measured = (values: number[]) => Float32Array.from(values)
  made = await smallProject(NAMES, [2, 0, 1, 1], [0.1, 0.7, 0.5, 0.75], [], {
    headTaylor,
    localisation: [
      {
        method: 'gmar_l1',
        pointing: measured([1, 0, 1, NaN]),
        energy: measured([0.5, 0.25, 0.75, NaN]),
        iou: measured([0.1, 0.3, 0.2, NaN]),
      },
    ],
  })
  ids = (await made.library.samples.query({ runId: made.run.id, filter: '', sort: 'path', descending: false })).ids
  const key = (settings: Record<string, unknown>, name: string) => ({ name, version: METRIC_VERSION, settings })
  await made.library.quantities.write({
    runId: made.run.id,
    written: [
      { key: key({ method: 'gmar_l1', steps: 20 }, 'deletion_mean'), ids, values: measured([0.5, 0.2, NaN, 0.4, NaN]) },
      { key: key({ method: 'gmar_l1', steps: 5 }, 'deletion_mean'), ids, values: measured([9, 9, 9, 9, 9]) },
      { key: key({ method: 'raw' }, 'iou'), ids, values: measured([0.9, 0.8, 0.7, 0.6, NaN]) },
      { key: key({ method: 'gmar_l1' }, 'iou'), ids, values: measured([9, 9, 9, 9, 9]) },
    ],
  })
})
afterAll(() => made.close())

async function found(filter: string, sort: Parameters<typeof ask>[1] = 'path', descending = false): Promise<number[]> {
  const { ids: chosen } = await ask(filter, sort, descending)
  return [...chosen].map((id) => ids.indexOf(id))
}
const ask = (filter: string, sort: Parameters<Library['samples']['query']>[0]['sort'], descending: boolean) =>
  made.library.samples.query({ runId: made.run.id, filter, sort, descending })

test.each([
  ['taylor(0,0)<0', [0, 3]],
  ['taylor(0,0)>=0.5', [1, 2]],
  ['-taylor(0,0)<0', [1, 2, 4]],
  ['taylor(1,1)=3', [0, 1, 2, 3]],
  ['iou(gmar_l1)<0.25', [0, 2]],
  ['pointing(gmar_l1)=0', [1]],
  // The run has no maps of it: as it was evaluated.
  ['iou(raw)>0.65', [0, 1, 2]],
  // 20 steps before any others.
  ['deletion_mean(gmar_l1)<1', [0, 1, 3]],
  ['deletion_mean( gmar_l1 )>0.3 taylor(0,0)<-0.5', [0]],
])('%s', async (filter, wanted) => expect(await found(filter)).toEqual(wanted))

test('samples without a value come last in either order', async () => {
  expect(await found('', 'taylor(0,0)')).toEqual([0, 3, 1, 2, 4])
  expect(await found('', 'taylor(0,0)', true)).toEqual([2, 1, 3, 0, 4])
  expect(await found('', 'deletion_mean(gmar_l1)', true)).toEqual([0, 3, 1, 2, 4])
})

test('an order follows what an evaluation adds', async () => {
  const key = { name: 'saco', version: METRIC_VERSION, settings: { method: 'raw' } }
  const write = (values: number[]) =>
    made.library.quantities.write({ runId: made.run.id, written: [{ key, ids, values: Float32Array.from(values) }] })
  await write([0, 1, 2, 3, 4])
  expect(await found('', 'saco(raw)')).toEqual([0, 1, 2, 3, 4])
  await write([4, 3, 2, 1, 0])
  expect(await found('', 'saco(raw)')).toEqual([4, 3, 2, 1, 0])
})

test.each([
  ['taylor(0,2)>0', /character 1: The model has 2 layers of 2 heads.*head\(0,2\)/],
  ['conf>0 saco(gmar_l1)>0', /character 8: .*no values of saco.*evaluate --metrics saco/],
  ['energy(rollout)>0', /no values of energy/],
  ['iou(nothing)>0', /no map nothing; maps are gmar_l1/],
  ['iou(1,2)>0', /write iou\(method\), as in iou\(gmar_l1\)<0.2/],
  ['taylor(gmar_l1)>0', /write taylor\(layer,head\)/],
])('%s is refused with its place', async (filter, message) => {
  await expect(found(filter)).rejects.toThrow(message)
})

test('they are columns of predictions, by name or all of maps', async () => {
  const { source, run, folder } = made
  expect((await made.library.samples.columnFacts({ runId: run.id })).quantities).toEqual(
    expect.arrayContaining(['deletion_mean(gmar_l1)', 'pointing(gmar_l1)', 'iou(gmar_l1)', 'iou(raw)']),
  )
  const table = await runTable(source, 'predictions', { run, filter: '', quantities: ['taylor(0,0)', 'all'] })
  const out = join(folder, 'predictions.json')
  await exportTable(table, 'json', out, unwatched())
  const { rows } = JSON.parse(readFileSync(out, 'utf8')) as { rows: Record<string, unknown>[] }
  expect(rows.map((row) => row['taylor(0,0)'])).toEqual([...TAYLOR, null])
  expect(rows.map((row) => row['iou(raw)'])).toEqual(
    [0.9, 0.8, 0.7, 0.6, null].map((value) => value && expect.closeTo(value)),
  )
  expect(rows.map((row) => row['iou(gmar_l1)'])).toEqual(
    [0.1, 0.3, 0.2, null, null].map((value) => value && expect.closeTo(value)),
  )
  await expect(runTable(source, 'predictions', { run, filter: '', quantities: ['iou'] })).rejects.toThrow(
    'no quantity iou',
  )
})

test('values of an export stay beside their samples where one of them is gone meanwhile', async () => {
  const read = quantityReader(made.source, made.run.id, ['taylor(0,0)', 'iou(raw)'], ids)
  const [taylor, iou] = await read(1, Uint32Array.of(ids[1]!, ids[3]!))
  expect([...taylor!]).toEqual([TAYLOR[1], TAYLOR[3]])
  expect([...iou!]).toEqual([0.8, 0.6].map((value) => expect.closeTo(value)))
})

test('a run of a former version has none, and says what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-taylor-'))
  const library = new Library()
  const { id } = await beginIn(folder, library, NAMES.slice(0, 2))
  const pending = await library.runs.pending({ runId: id, after: -1, limit: 2 })
  await library.runs.commit({ runId: id, batch: { ...batchOf(pending, { predictions: [0, 1] }), headTaylor: null } })
  const query = { runId: id, sort: 'path' as const, descending: false }
  await expect(library.samples.query({ ...query, filter: 'taylor(0,0)>0' })).rejects.toThrow(
    /no sum A o G.*run it again/,
  )
  await expect(library.statistics.heads({ runId: id, by: 'all', filter: '', norm: 'taylor' })).rejects.toThrow(
    'run it again',
  )
  expect((await library.samples.detail({ runId: id, id: pending[0]!.id })).headTaylor).toBeNull()
  await library.project.close()
  rmSync(folder, { recursive: true })
})
