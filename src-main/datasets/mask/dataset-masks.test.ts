import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { ruleText } from '@shared/masks'
import { greyPng } from '../grey-png'
import { openDataset } from '../open-dataset'
import { temporaryFolder } from '../testing/temporary-folder'
import { zipOf } from '../testing/archives'
import { datasetMasks } from './dataset-masks'
import { countMask } from './mask-rule'

const folder = temporaryFolder()

const mask = (...values: number[]) => greyPng(values.length, 1, Uint8Array.from(values))
const image = mask(1, 2, 3)

/** Samples with the pixels inside, void and outside of their masks, and the rule. */
async function read(path: string, asked: string | null = null) {
  const source = await openDataset(path)
  const { samples } = await source.list()
  const masks = await datasetMasks(source.root, samples, asked)
  const rule = masks?.rule ?? null
  const counts = await Promise.all(
    samples.map(({ label }, index) => (rule === null ? null : countMask(masks!.of[index]!, rule, label))),
  )
  const shown = samples.map(({ path: name, label }, index) => {
    const count = counts[index]?.counts
    return [name, label, count ? [count.inside, count.void, count.outside] : null]
  })
  return { samples: shown, rule: rule && ruleText(rule), masks }
}

test("VOC's SegmentationClass is not a folder of samples", async () => {
  const { samples, masks } = await read(join(__dirname, 'fixtures/voc-layout'))
  expect(samples.map(([path]) => path)).toEqual(['JPEGImages/2007_000000.jpg', 'JPEGImages/2007_000001.jpg'])
  expect(masks).toMatchObject({ count: 2, rule: { kind: 'indices' } })
  // JPEGImages by itself has the masks beside it.
  expect((await read(join(__dirname, 'fixtures/voc-layout/JPEGImages'))).masks?.count).toBe(2)
})

test('Oxford, PennFudan and ADE20K, as folder and as zip', async () => {
  const files: Record<string, Uint8Array> = {
    'oxford/images/a.png': image,
    'oxford/annotations/trimaps/a.png': mask(1, 1, 3, 2),
    'penn/PNGImages/p1.png': image,
    'penn/PNGImages/p2.png': image,
    'penn/PedMasks/p1_mask.png': mask(0, 1, 2, 2),
    'penn/PedMasks/p2_mask.png': mask(0, 0, 1, 0),
    'ade/images/training/car/x.png': image,
    'ade/images/training/sky/y.png': image,
    'ade/annotations/training/car/x.png': mask(0, 21, 21, 150),
    'ade/annotations/training/sky/y.png': mask(3, 3, 3, 13),
  }
  for (const [name, content] of Object.entries(files)) folder.write(name, content)
  const counts = async (path: string) => {
    const { samples, rule } = await read(path)
    return { rule, counts: samples.map(([, , count]) => count) }
  }
  const oxford = { rule: 'trimap, 1 inside, border (3) void', counts: [[2, 1, 1]] }
  expect(await counts(folder.path('oxford'))).toEqual(oxford)
  const penn = {
    rule: 'instance mask, any instance inside, 255 void',
    counts: [
      [3, 0, 1],
      [1, 0, 3],
    ],
  }
  expect(await counts(folder.path('penn'))).toEqual(penn)
  const ade = {
    rule: "index mask, the sample's own class inside, 255 void",
    counts: [
      [2, 0, 2],
      [3, 0, 1],
    ],
  }
  expect(await counts(folder.path('ade'))).toEqual(ade)
  for (const [name, expected] of Object.entries({ oxford, penn, ade })) {
    const entries = Object.entries(files).filter(([path]) => path.startsWith(name))
    folder.write(
      `${name}.zip`,
      zipOf(entries.map(([path, content]) => ({ name: path, content: Buffer.from(content) }))),
    )
    expect(await counts(folder.path(`${name}.zip`))).toEqual(expected)
  }
})

test('masks that are asked for are found below any folders, and never shared by images of one name', async () => {
  for (const name of ['cat/1.png', 'dog/1.png', 'dog/2.png']) folder.write(`data/${name}`, image)
  folder.write('elsewhere/1.png', mask(0, 1))
  folder.write('elsewhere/2_mask.png', mask(0, 1))
  const { samples, masks } = await read(folder.path('data'), folder.path('elsewhere'))
  expect(samples.map(([path, , count]) => [path, count])).toEqual([
    ['cat/1.png', null],
    ['dog/1.png', null],
    ['dog/2.png', [1, 0, 1]],
  ])
  expect(masks?.problems.join()).toMatch(/2 images would share masks/)
})

test('a damaged mask says so by itself', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  folder.write('images/a.png', png)
  folder.write('images/b.png', png)
  folder.write('masks/a.png', mask(0, 1))
  folder.write('masks/b.png', png.subarray(0, 40))
  const source = await openDataset(folder.path('images'))
  const { samples } = await source.list()
  const masks = (await datasetMasks(source.root, samples, null))!
  const counted = await Promise.all(masks.of.map((each) => countMask(each, masks.rule!, null)))
  expect(counted[0]).toEqual({ counts: { inside: 1, void: 0, outside: 1 }, unmeasured: null })
  expect(counted[1]).toMatchObject({ counts: null, unmeasured: { kind: 'unreadable' } })
})
