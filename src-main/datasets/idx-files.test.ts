import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readSample } from './read-sample'
import { reportDataset } from './report'
import { openDataset } from './open-dataset'
import { idxImages, idxLabels } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const PIXELS = Uint8Array.from({ length: 3 * 2 * 4 }, (_, index) => index * 10)

test.each([
  ['plain', (bytes: Buffer) => bytes, ''],
  ['gzipped', (bytes: Buffer) => gzipSync(bytes), '.gz'],
])('%s files give greyscale images with class numbers', async (_name, pack, ending) => {
  folder.write(`raw/train-images-idx3-ubyte${ending}`, pack(idxImages(3, 2, 4, PIXELS)))
  folder.write(`raw/train-labels-idx1-ubyte${ending}`, pack(idxLabels([5, 0, 9])))
  const { samples, numbered, problems } = await (await openDataset(folder.path())).list()
  expect([numbered, problems]).toEqual([true, []])
  expect(samples.map(({ path, label }) => [path, label])).toEqual([
    [`raw/train-images-idx3-ubyte${ending}/0`, '5'],
    [`raw/train-images-idx3-ubyte${ending}/1`, '0'],
    [`raw/train-images-idx3-ubyte${ending}/2`, '9'],
  ])
  expect(samples[0]?.metadata).toEqual({ split: 'train' })
  const { data, info } = await sharp(await readSample(samples[1]!.location))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.height, info.channels, ...data]).toEqual([4, 2, 1, ...PIXELS.subarray(8, 16)])
})

test('a class number that has no name of its own is the index of the class', async () => {
  const file = folder.write('t10k-images.idx3-ubyte', idxImages(3, 2, 4, PIXELS))
  folder.write('t10k-labels.idx1-ubyte', idxLabels([1, 0, 9]))
  const { classes, count } = (await reportDataset(file, { labels: ['Coat', 'Bag'], keys: null })).report
  expect(count).toBe(3)
  expect(classes.map(({ folder, classIndex }) => [folder, classIndex])).toEqual([
    ['0', 0],
    ['1', 1],
    ['9', null],
  ])
})

test('files that are cut off, of another kind or without labels are told apart', async () => {
  const list = async (path: string) => (await openDataset(path)).list()
  const cut = folder.write('a-images-idx3-ubyte', idxImages(4, 2, 4, PIXELS))
  await expect(list(cut)).rejects.toMatchObject({ message: /cut off/ as never })
  const other = folder.write('b-images-idx3-ubyte', 'hello')
  await expect(list(other)).rejects.toMatchObject({ message: /not an IDX file/ as never })
  const alone = folder.write('c-images-idx3-ubyte', idxImages(3, 2, 4, PIXELS))
  const { samples, problems } = await list(alone)
  expect(samples.map(({ label }) => label)).toEqual([null, null, null])
  expect(problems.join()).toMatch(/no labels beside/)
})
