import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ModelInfo } from '@shared/api'
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { temporaryFolder } from '../datasets/testing/temporary-folder'
import { Library } from './library'
import { definitionOf, model, resultsOf } from './library-fixture'
import { measureStorage } from './measure-storage'

const folder = temporaryFolder()

test('the size is what a real project of these shapes takes', async () => {
  const images = folder.path('images')
  const paths = Array.from({ length: 1500 }, (_, i) => `Coat/${String(i).padStart(28, '0')}.png`)
  for (const path of paths) folder.write(join('images', path), path)
  const definition = definitionOf(images)
  const { bytesPerSample } = await measureStorage({ definition, model, withMasks: false, samples: 1500 })

  const library = new Library()
  const bytesOf = () =>
    ['cache.sqlite', 'review.sqlite'].reduce((sum, file) => sum + statSync(folder.path('p.headlight', file)).size, 0)
  await library.project.create({ path: folder.path('p.headlight') })
  await library.project.close()
  // What every project has: a page a table and index.
  const empty = bytesOf()
  await library.project.open({ path: folder.path('p.headlight') })
  const run = await library.runs.begin({ definition, model, certificate: null })
  const pending = await library.runs.pending({ runId: run.id, after: -1, limit: 1500 })
  await library.runs.commit({
    runId: run.id,
    batch: resultsOf(
      pending,
      pending.map(({ id }) => Buffer.from(String(id))),
      { predictions: pending.map(() => 0) },
    ),
  })
  await library.project.close()
  const bytes = bytesOf() - empty
  expect(bytes / 1500 / bytesPerSample).toBeGreaterThan(0.6)
  expect(bytes / 1500 / bytesPerSample).toBeLessThan(1.5)
})

test('every further method costs its map', async () => {
  const vit: ModelInfo = { ...model, layers: 12, heads: 12, grid: [14, 14], classes: 1000 }
  const measure = (methods: MethodId[]) =>
    measureStorage({ definition: { ...definitionOf('/x'), methods }, model: vit, withMasks: false, samples: 1000 })
  const one = await measure(METHOD_IDS.slice(0, 1))
  const three = await measure(METHOD_IDS.slice(0, 3))
  const extra = (three.bytesPerSample - one.bytesPerSample) / 2
  // Half precision at the least, single with its index at the most.
  expect(extra).toBeGreaterThan(196 * 2 * 0.9)
  expect(extra).toBeLessThan(196 * 4 * 2)
})

test('maps of a huge run are counted as half as wide', async () => {
  const grid: [number, number] = [14, 14]
  const measure = (samples: number) =>
    measureStorage({ definition: definitionOf('/x'), model: { ...model, grid }, withMasks: false, samples })
  const saved = (await measure(1000)).bytesPerSample - (await measure(1_000_000)).bytesPerSample
  expect(saved / (14 * 14 * 2)).toBeGreaterThan(0.8)
  expect(saved / (14 * 14 * 2)).toBeLessThan(1.3)
})
