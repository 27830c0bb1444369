import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greyPng } from './grey-png'
import { openMasks } from './masks'
import { reportDataset } from './report'
import { openDataset } from './open-dataset'

const SILHOUETTE = greyPng(2, 1, Uint8Array.of(0, 255))

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'headlight-datasets-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(...paths: string[]) {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}
async function list(path = root) {
  return (await openDataset(path)).list()
}

describe('an image folder', () => {
  test('is listed in natural order with the first level as label', async () => {
    write('b/10.jpg', 'b/9.JPG', 'a/deep/er/1.png', 'top.webp', 'a/2.tiff')
    expect((await list()).samples.map(({ path, label, location }) => [path, label, location])).toEqual([
      ['a/2.tiff', 'a', join(root, 'a', '2.tiff')],
      ['a/deep/er/1.png', 'a', join(root, 'a', 'deep', 'er', '1.png')],
      ['b/9.JPG', 'b', join(root, 'b', '9.JPG')],
      ['b/10.jpg', 'b', join(root, 'b', '10.jpg')],
      ['top.webp', null, join(root, 'top.webp')],
    ])
  })

  test('takes every image extension, and neither other nor hidden files', async () => {
    const images = ['a.jpg', 'b.jpeg', 'c.png', 'd.webp', 'e.tif', 'f.tiff', 'g.avif', 'h.GIF', 'i.Bmp']
    write(...images, 'notes.txt', 'png', '.png', '.hidden.png', '.git/x.png', 'x/.y/z.png', 'j.png.part')
    expect((await list()).samples.map(({ path }) => path)).toEqual(images)
  })

  test('keeps any name as it is', async () => {
    const odd = [
      'a "quoted" name.png',
      "it's.png",
      'line\nbreak.png',
      'é.png',
      'e\u0301.png',
      '日本/✓ 100%.png',
      '-rf.png',
    ]
    write(...odd)
    const { samples, problems } = await list()
    expect(samples.map(({ path }) => path).sort()).toEqual([...odd].sort())
    expect(problems).toEqual([])
  })

  test('names what it cannot include', async () => {
    write('a/1.png')
    writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.of(0xff, 0xfe), Buffer.from('.png')]), '')
    symlinkSync(join(root, 'nowhere'), join(root, 'a', 'dangling.png'))
    const { samples, problems } = await list()
    expect(samples).toHaveLength(1)
    expect(problems.join('\n')).toMatch(/dangling\.png leads nowhere/)
    expect(problems.join('\n')).toMatch(/1 file or folder name is not valid UTF-8/)
  })

  test('follows links, and circles only once', async () => {
    write('a/1.png', 'store/2.png')
    symlinkSync(join(root, 'store', '2.png'), join(root, 'a', 'linked.png'))
    symlinkSync(root, join(root, 'a', 'circle'))
    expect((await list()).samples.map(({ path }) => path)).toEqual(['a/1.png', 'a/linked.png', 'store/2.png'])
  })

  test('refuses a missing, an empty and a wrong path, each with what to do', async () => {
    await expect(openDataset(join(root, 'none'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(list()).rejects.toMatchObject({ code: 'unsupported-dataset', message: /holds no images/ as never })
    write('x.png')
    await expect(openDataset(join(root, 'x.png'))).rejects.toMatchObject({ code: 'unsupported-dataset' })
  })

  test('tells how many images were found, folder by folder', async () => {
    write('a/1.png', 'a/2.png', 'b/deep/3.png', 'top.png')
    const found: number[] = []
    await (await openDataset(root)).list({ onFound: (samples) => found.push(samples) })
    expect(found).toEqual([1, 3, 4])
  })

  test('stops when it is told to', async () => {
    write('a/1.png')
    await expect((await openDataset(root)).list({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('masks', () => {
  test('are found beside the images, also for a split below them', async () => {
    write('images/train/a/1.jpg', 'masks/train/a/1.png', 'masks/train/a/1.gif')
    const masks = await openMasks(join(root, 'images'), null)
    expect(masks?.path).toBe(join(root, 'masks'))
    expect(masks?.find('train/a/1.jpg')).toBe(join(root, 'masks/train/a/1.png'))
    expect(masks?.find('train/a/2.jpg')).toBeNull()
    const train = await openMasks(join(root, 'images', 'train'), null)
    expect(train?.find('a/1.jpg')).toBe(join(root, 'masks/train/a/1.png'))
  })

  test('are none without such a folder, and an error when they were asked for', async () => {
    write('pictures/a/1.jpg', 'elsewhere/a/1.jpg', 'elsewhere/a/1.png')
    expect(await openMasks(join(root, 'pictures'), null)).toBeNull()
    expect((await openMasks(root, join(root, 'elsewhere')))?.find('a/1.jpg')).toBe(join(root, 'elsewhere/a/1.jpg'))
    await expect(openMasks(root, join(root, 'none'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the report', () => {
  test('matches folders to classes and says what it could not match', async () => {
    write('images/T-shirt_top/1.png', 'images/T-shirt_top/2.png', 'images/coat/1.png', 'images/Hat/1.png')
    write('masks/coat/1.png')
    writeFileSync(join(root, 'masks/coat/1.png'), SILHOUETTE)
    const { report } = await reportDataset(join(root, 'images'), { labels: ['T-shirt/top', 'Coat'], keys: null })
    expect(report.count).toBe(4)
    expect(report.classes).toEqual([
      { folder: 'Hat', count: 1, classIndex: null, by: null },
      { folder: 'T-shirt_top', count: 2, classIndex: 0, by: 'name' },
      { folder: 'coat', count: 1, classIndex: 1, by: 'name' },
    ])
    expect(report.masks).toEqual({
      ...{ path: join(root, 'masks'), count: 1 },
      ...{ kind: 'binary', void: null, rule: 'binary mask, 255 inside' },
    })
    expect(report.problems).toEqual(['No class of the model is named Hat; these images count as unlabelled.'])
  })

  test('the folder above images and masks has the images for samples and the masks for masks', async () => {
    write('images/a/1.png', 'images/b/2.png', 'masks/a/1.png')
    writeFileSync(join(root, 'masks/a/1.png'), SILHOUETTE)
    const { report } = await reportDataset(root, null)
    expect(report).toMatchObject({ count: 2, problems: [], masks: { count: 1 } })
    const { samples, passedOver, labelsFrom } = await (await openDataset(root)).list()
    expect(samples.map(({ path, mask }) => [path, mask])).toEqual([
      ['images/a/1.png', join(root, 'masks/a/1.png')],
      ['images/b/2.png', null],
    ])
    expect(samples.map(({ label }) => label)).toEqual(['a', 'b'])
    expect(labelsFrom).toMatchObject({ from: 'folder level 2', level: 2, example: 'images/a/..' })
    expect(passedOver).toMatchObject([{ what: 'folder masks', count: 1 }])
  })
})

test('the demo images are a thousand, in ten classes, each with its mask', async () => {
  const images = 'models/demo/images'
  const { count, classes, masks, problems } = (await reportDataset(images, { labels: ['Shirt'], keys: null })).report
  expect({ count, classes: classes.length, masks: masks?.count }).toEqual({ count: 1000, classes: 10, masks: 1000 })
  expect(classes.find(({ folder }) => folder === 'Shirt')?.classIndex).toBe(0)
  expect(problems).toHaveLength(1)
})
