import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { localise, type Mask } from './localisation'
import { readNpy } from '@headlight/explain/files'

const demo = resolve('models/demo')
const PATCHES = 196

test('the scores of the demo reference maps are those of facts.json', async () => {
  const facts = JSON.parse(await readFile(join(demo, 'facts.json'), 'utf8')) as {
    localisation1000: Record<string, { pointing: number; energy: number; iou: number }>
  }
  const images = (await readFile(join(demo, 'reference/images.txt'), 'utf8')).trim().split('\n')
  const masks = await Promise.all(images.map(readMask))
  for (const [name, expected] of Object.entries(facts.localisation1000)) {
    const maps = (await readNpy(join(demo, 'reference', `${name}.npy`))).data as Float32Array
    const scores = masks.map((mask, index) =>
      localise(maps.subarray(index * PATCHES, (index + 1) * PATCHES), [14, 14], mask),
    )
    for (const key of ['pointing', 'energy', 'iou'] as const) {
      const mean = scores.reduce((sum, score) => sum + score[key], 0) / scores.length
      expect(Math.abs(mean - expected[key]), `${name} ${key}: ${mean}`).toBeLessThan(0.0005)
    }
  }
})

test('an empty mask and an empty map have no score', () => {
  const mask: Mask = { width: 2, height: 2, regions: Uint8Array.of(0, 0, 0, 0) }
  expect(localise([1, 2, 3, 4], [2, 2], mask)).toEqual({ pointing: NaN, energy: NaN, iou: NaN })
  mask.regions[0] = 1
  expect(localise([0, 0, 0, 0], [2, 2], mask)).toEqual({ pointing: 1, energy: NaN, iou: 0 })
})

test('void pixels count for neither side: not in the largest value, the sums, the mean or the overlap', () => {
  // Four pixels in a row, the map as it is: the largest value lies in the void.
  const mask: Mask = { width: 4, height: 1, regions: Uint8Array.of(1, 0, 0, 2) }
  const scores = localise([3, 1, 2, 9], [1, 4], mask)
  // Mean of what counts: 2, so only the first pixel is above it.
  expect(scores).toEqual({ pointing: 1, energy: 3 / 6, iou: 1 })
  const same = localise([3, 1, 2], [1, 3], { width: 3, height: 1, regions: Uint8Array.of(1, 0, 0) })
  expect(scores).toEqual(same)
  expect(localise([3, 1, 2, 9], [1, 4], { ...mask, regions: Uint8Array.of(1, 0, 0, 0) })).toEqual({
    ...{ pointing: 0, energy: 3 / 15, iou: 0 },
  })
})

async function readMask(image: string): Promise<Mask> {
  const file = join(demo, image.replace(/^images/, 'masks').replace(/\.jpg$/, '.png'))
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, regions: Uint8Array.from(data, (value) => (value > 127 ? 1 : 0)) }
}
