/** Figures for another target, over a real run of a small model. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { Compute } from '../compute/compute'
import type { ComputeApi } from '../compute/api'
import { TINY_WIDTH, tinyVit } from '@headlight/explain/testing'
import { Library } from '../library/library'
import type { Remote } from '../process'
import { Runs } from '../runs/runs'
import { figureSource } from './figure-source'

const classes = ['cat', 'dog', 'bird']
let folder: string
let library: Library
const process = new Compute() as unknown as Remote<ComputeApi>
const compute = { acquire: () => process, end: () => undefined }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-figure-source-'))
  library = new Library()
  await library.project.create({ path: join(folder, 'p.headlight') })
  // One picture under every label: whatever the model says of it, one is right and two are wrong.
  for (const label of classes) {
    mkdirSync(join(folder, 'images', label), { recursive: true })
    const picture = sharp({ create: { width: 24, height: 16, channels: 3, background: '#3a7' } })
    await picture.png().toFile(join(folder, 'images', label, '0.png'))
  }
  writeFileSync(join(folder, 'labels.txt'), classes.join('\n'))
  const head = ({ linear }: Parameters<Parameters<typeof tinyVit>[0]['head']>[0], read: string) => ({
    logits: linear(read, TINY_WIDTH, 3),
  })
  writeFileSync(join(folder, 'model.onnx'), tinyVit({ image: [16, 24], classToken: true, head }))
})

afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

async function run(target: TargetPolicy): Promise<RunInfo> {
  const runs = new Runs({ library, compute, onProgress: () => undefined })
  const request = { modelPath: join(folder, 'model.onnx'), dataPath: join(folder, 'images'), batch: 1, target }
  const { id } = await runs.start({ ...request, provider: 'cpu', methods: ['gmar_l1'] })
  return runs.ended(id)
}

test('a map for another target is that of a run for it, and methods that the run left out are computed', async () => {
  const predicted = await run({ kind: 'predicted' })
  const source = figureSource(library, compute)
  const rows = await source.samples(predicted, { filter: '', sort: 'path', descending: false, limit: 3 })
  expect(rows.filter(({ correct }) => correct)).toHaveLength(1)
  const abandoned = figureSource(library, compute, AbortSignal.abort())
  const unwanted = abandoned.explainedMap(predicted, rows[0]!.id, 'chefer', { kind: 'predicted' })
  await expect(unwanted).rejects.toMatchObject({ name: 'AbortError' })
  for (const kind of ['predicted-label', 'label-predicted', 'predicted-runner-up'] as const) {
    const other = await run({ kind })
    for (const { id, correct } of rows) {
      const found = source.explainedMap(predicted, id, 'gmar_l1', { kind })
      if (correct && kind !== 'predicted-runner-up') {
        await expect(found).rejects.toMatchObject({ code: 'no-contrast' })
        continue
      }
      const { grid, values } = await found
      const stored = await source.map(other, id, 'gmar_l1')
      expect(grid).toEqual([4, 6])
      values.forEach((value, i) => expect(value).toBeCloseTo(stored!.values[i]!, 5))
      expect(await source.map(predicted, id, 'chefer')).toBeNull()
      expect((await source.explainedMap(predicted, id, 'chefer', { kind })).values).toHaveLength(24)
    }
  }
})
