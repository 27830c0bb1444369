/** Datasets as other tools lay them out: what is a label, what a split, and what is passed over and named. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openDataset } from './open-dataset'
import type { DatasetListing, ListOptions } from './source'
import { png, tarOf, zipOf } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', 'field', name)
let image: Buffer
beforeAll(async () => {
  image = await png('#c00')
})

async function list(path = folder.path(), options?: ListOptions): Promise<DatasetListing> {
  return (await openDataset(path)).list(options)
}
function write(...paths: string[]) {
  for (const path of paths) folder.write(path, image)
}
/** Every sample as `path: label (split)`. */
function rows({ samples }: DatasetListing): string[] {
  return samples.map(({ path, label, split }) => `${path}: ${label}${split === null ? '' : ` (${split})`}`)
}

const LAYOUTS: [string, string[], string[], string | null][] = [
  [
    'splits above classes',
    ['train/cat/0.png', 'train/dog/0.png', 'val/cat/1.png'],
    ['train/cat/0.png: cat (train)', 'train/dog/0.png: dog (train)', 'val/cat/1.png: cat (val)'],
    'folder level 2',
  ],
  ['a wrapper', ['pets/cat/0.png', 'pets/dog/0.png'], ['pets/cat/0.png: cat', 'pets/dog/0.png: dog'], 'folder level 2'],
  [
    'ImageNet',
    ['I/Data/CLS-LOC/train/n01440764/0.JPEG', 'I/Data/CLS-LOC/train/n01443537/0.JPEG', 'I/Data/CLS-LOC/val/1.JPEG'],
    [
      'I/Data/CLS-LOC/train/n01440764/0.JPEG: n01440764 (train)',
      'I/Data/CLS-LOC/train/n01443537/0.JPEG: n01443537 (train)',
      'I/Data/CLS-LOC/val/1.JPEG: null (val)',
    ],
    'folder level 5',
  ],
  [
    'seg_train and seg_test, each twice',
    ['seg_train/seg_train/sea/1.png', 'seg_train/seg_train/street/1.png', 'seg_test/seg_test/sea/2.png'],
    [
      'seg_test/seg_test/sea/2.png: sea (test)',
      'seg_train/seg_train/sea/1.png: sea (train)',
      'seg_train/seg_train/street/1.png: street (train)',
    ],
    'folder level 3',
  ],
  [
    'splits below classes',
    ['cat/train/0.png', 'cat/test/1.png', 'dog/train/0.png'],
    ['cat/test/1.png: cat (test)', 'cat/train/0.png: cat (train)', 'dog/train/0.png: dog (train)'],
    'folder level 1',
  ],
  ['a folder images', ['images/0.png', 'images/1.png'], ['images/0.png: null', 'images/1.png: null'], null],
  [
    'images inside classes',
    ['train/n1/images/0.png', 'train/n2/images/0.png', 'test/images/1.png'],
    ['test/images/1.png: null (test)', 'train/n1/images/0.png: n1 (train)', 'train/n2/images/0.png: n2 (train)'],
    'folder level 2',
  ],
  ['one class', ['Bag/0.png'], ['Bag/0.png: Bag'], 'folder level 1'],
  [
    'a class that is called test',
    ['control/0.png', 'test/0.png'],
    ['control/0.png: control', 'test/0.png: test'],
    'folder level 1',
  ],
  [
    'pictures about a dataset',
    ['assets/teaser.png', 'data/cat/0.png', 'data/dog/0.png'],
    ['assets/teaser.png: null', 'data/cat/0.png: cat', 'data/dog/0.png: dog'],
    'folder level 2',
  ],
  [
    'YOLO',
    ['images/train2017/0.png', 'images/val2017/1.png'],
    ['images/train2017/0.png: null (train)', 'images/val2017/1.png: null (val)'],
    null,
  ],
]

describe.each(LAYOUTS)('%s', (_name, paths, expected, from) => {
  test('in a folder', async () => {
    write(...paths)
    const listing = await list()
    expect(rows(listing)).toEqual(expected)
    expect(listing.labelsFrom?.from ?? null).toBe(from)
  })

  test('in a zip and in a tar', async () => {
    const members = paths.map((name) => ({ name, content: image }))
    for (const [name, bytes] of [
      ['a.zip', zipOf(members)],
      ['a.tar', tarOf(members)],
    ] as const) {
      const listing = await list(folder.write(name, bytes))
      expect(rows(listing)).toEqual(expected.map((row) => `${name}/${row}`))
      expect(listing.labelsFrom?.from ?? null).toBe(from)
    }
  })
})

test('a level, a table or none is taken where it is asked for; what is not there is a usage error', async () => {
  write('train/cat/0.png', 'test/dog/1.png')
  folder.write('train/names.csv', 'file_name,species\ncat/0.png,lion\n')
  expect(rows(await list(folder.path(), { labelSource: 1 }))).toEqual([
    'test/dog/1.png: test',
    'train/cat/0.png: train',
  ])
  expect(rows(await list(folder.path(), { labelSource: 'none' }))).toEqual([
    'test/dog/1.png: null (test)',
    'train/cat/0.png: null (train)',
  ])
  const auto = await list()
  expect(rows(auto)[1]).toBe('train/cat/0.png: cat (train)')
  expect(auto.labelsFrom).toEqual({ from: 'folder level 2', level: 2, example: 'test/dog/..' })
  const byTable = await list(folder.path(), { labelSource: 'names.csv' })
  expect(rows(byTable)).toEqual(['test/dog/1.png: null (test)', 'train/cat/0.png: lion (train)'])
  expect(byTable.labelsFrom).toMatchObject({ from: 'names.csv', level: null })
  for (const labelSource of [3, 'others.csv'])
    await expect(list(folder.path(), { labelSource })).rejects.toMatchObject({ code: 'usage' })
})

describe('tables', () => {
  test('metadata in each folder, as imagefolder reads it', async () => {
    write('train/0.png', 'train/1.png', 'test/0.png')
    folder.write('train/metadata.jsonl', '{"file_name":"0.png","label":"cat"}\n{"file_name":"1.png","label":"dog"}\n')
    folder.write('test/metadata.csv', 'file_name,label\n0.png,dog\n9.png,cat\n')
    const listing = await list()
    expect(rows(listing)).toEqual(['test/0.png: dog (test)', 'train/0.png: cat (train)', 'train/1.png: dog (train)'])
    expect(listing.passedOver).toMatchObject([{ what: 'rows without an image', count: 1 }])
  })

  test('metadata inside a zip and a tar', async () => {
    const listing = await list(fixture('with-metadata.zip'))
    expect(listing.samples.map(({ label }) => label)).toEqual(['cat', 'dog', 'dog'])
    expect(listing.labelsFrom?.from).toBe('metadata.jsonl')
    const tar = tarOf([
      { name: 'a.png', content: image },
      { name: 'b.png', content: image },
      { name: 'metadata.csv', content: 'file_name,label\na.png,cat\nb.png,dog\n' },
    ])
    expect(rows(await list(folder.write('t.tar', tar)))).toEqual(['t.tar/a.png: cat', 't.tar/b.png: dog'])
  })

  test("Kaggle's train.csv with train_images and test_images, as the folder and as the table", async () => {
    write('train_images/0000.png', 'train_images/0001.png', 'test_images/0000.png')
    const table = folder.write('train.csv', 'id_code,diagnosis\n0000,2\n0001,0\n')
    folder.write('sample_submission.csv', 'id_code,diagnosis\n0000,0\n')
    const listing = await list()
    expect(rows(listing)).toEqual([
      'test_images/0000.png: null (test)',
      'train_images/0000.png: 2 (train)',
      'train_images/0001.png: 0 (train)',
    ])
    expect(listing.numbered).toBe(true)
    expect(listing.problems.join()).toMatch(/1 image without a row .*test_images\/0000\.png/)
    expect(listing.passedOver).toMatchObject([{ what: 'table sample_submission.csv', count: 1 }])
    const direct = await list(table)
    expect(rows(direct)).toEqual(['train_images/0000.png: 2 (train)', 'train_images/0001.png: 0 (train)'])
  })

  test('a column of labels by another name is taken and said; captions are none', async () => {
    write('a.png', 'b.png', 'c.png')
    folder.write('labels.csv', 'id,breed\na,pug\nb,pug\nc,boxer\n')
    const listing = await list()
    expect(rows(listing)).toEqual(['a.png: pug', 'b.png: pug', 'c.png: boxer'])
    expect(listing.assumed.join()).toMatch(/column breed of labels\.csv is taken for the label/)
    folder.write('labels.csv', 'id,caption\na,a pug\nb,a pug\nc,a boxer\n')
    expect((await list()).samples.map(({ label, metadata }) => [label, metadata?.caption])).toEqual([
      [null, 'a pug'],
      [null, 'a pug'],
      [null, 'a boxer'],
    ])
  })

  test('a table that labels images otherwise than their folders is offered, one that names none is named', async () => {
    write('cat/0.png', 'dog/1.png')
    folder.write('folds.csv', 'file,label\ncat/0.png,x\n')
    folder.write('scores.csv', 'site,score\nA,3\n')
    const { samples, passedOver, labelChoices } = await list()
    expect(samples.map(({ label }) => label)).toEqual(['cat', 'dog'])
    expect(passedOver.map(({ what }) => what)).toEqual(['table scores.csv', 'table folds.csv'])
    expect(passedOver[1]!.why).toMatch(/labels 1 of its 1 images otherwise .*--label-source folds\.csv/)
    expect(labelChoices!.map(({ source }) => source)).toEqual([1, 'folds.csv'])
  })

  test('RetinaNet and Tiny ImageNet: boxes without a line of names', async () => {
    write('i/a.png', 'i/b.png', 'i/c.png')
    const table = folder.write(
      'boxes.csv',
      'i/a.png,1,2,30,40,cow\ni/b.png,1,1,9,9,cat\ni/b.png,2,2,8,8,cat\ni/c.png,,,,,\n',
    )
    const listing = await list(table)
    expect(rows(listing)).toEqual(['i/a.png: cow', 'i/b.png: cat', 'i/c.png: null'])
    expect(listing.samples.map(({ mask }) => mask)).toEqual([
      { kind: 'box', left: 1, top: 2, right: 30, bottom: 40 },
      null,
      null,
    ])
    expect(listing.assumed.join()).toMatch(
      /no line of column names; its columns are taken for path, x1, y1, x2, y2, label/,
    )
    expect(listing.problems.join()).toMatch(/i\/b\.png.*several boxes/)
  })

  test('Tiny ImageNet whole', async () => {
    write(
      'train/n01/images/n01_0.JPEG',
      'train/n02/images/n02_0.JPEG',
      'val/images/val_0.JPEG',
      'val/images/val_1.JPEG',
    )
    folder.write('val/val_annotations.txt', 'val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t0\t0\t63\t63\n')
    folder.write('words.txt', 'n01\ta\nn02\tb\n')
    const listing = await list()
    expect(rows(listing)).toEqual([
      'train/n01/images/n01_0.JPEG: n01 (train)',
      'train/n02/images/n02_0.JPEG: n02 (train)',
      'val/images/val_0.JPEG: n02 (val)',
      'val/images/val_1.JPEG: n01 (val)',
    ])
    expect(listing.labelsFrom).toMatchObject({ from: 'folder level 2 and val_annotations.txt', level: 2 })
    expect(listing.passedOver).toEqual([])
  })

  test('class numbers for one split beside folders of names for another are offered, not mixed in', async () => {
    write('train/n01/0.JPEG', 'train/n02/0.JPEG', 'val/v1.JPEG', 'val/v2.JPEG')
    folder.write('val.txt', 'v1.JPEG 65\nv2.JPEG 970\n')
    const { samples, passedOver } = await list()
    expect(samples.map(({ label }) => label)).toEqual(['n01', 'n02', null, null])
    expect(passedOver.map(({ what }) => what)).toEqual(['table val.txt'])
    expect(passedOver[0]!.why).toMatch(/others than those of the folders/)
    const chosen = await list(folder.path(), { labelSource: 'val.txt' })
    expect(chosen.samples.map(({ label }) => label)).toEqual([null, null, '65', '970'])
  })

  test("FiftyOne's data and labels.json", async () => {
    write('data/000001.png', 'data/000002.png')
    folder.write('labels.json', '{"classes":["cat","dog"],"labels":{"000001":1,"000002":0}}')
    expect(rows(await list())).toEqual(['data/000001.png: dog', 'data/000002.png: cat'])
  })

  test('empty, -1 and unknown are no label and spoil no number; a class of that name keeps its label', async () => {
    write('a.png', 'b.png', 'c.png', 'd.png')
    folder.write('metadata.csv', 'file_name,label\na.png,3\nb.png,-1\nc.png,\nd.png,unknown\n')
    const listing = await list()
    expect(listing.numbered).toBe(true)
    expect(listing.samples.map(({ label }) => label)).toEqual(['3', null, null, null])
    expect(listing.assumed).toEqual([
      '1 image is labelled "-1", which is taken for no label.',
      '1 image is labelled "unknown", which is taken for no label.',
    ])
    const known = await list(folder.path(), { classes: ['cat', 'unknown'] })
    expect(known.samples.map(({ label }) => label)).toEqual(['3', null, null, 'unknown'])
  })

  test('rows that disagree give no label', async () => {
    write('a.png', 'b.png')
    const table = folder.write('m.csv', 'path,label\na.png,cat\na.png,dog\nb.png,cat\n')
    const listing = await list(table)
    expect(rows(listing)).toEqual(['a.png: null', 'b.png: cat'])
    expect(listing.problems.join()).toMatch(/a\.png: listed with several labels/)
  })
})

test('pictures that are not read are counted by their ending', async () => {
  write('cat/0.png', 'cat/1.jfif')
  for (const name of ['a.heic', 'b.HEIC', 'c.tga', 'notes.txt']) folder.write(`cat/${name}`)
  const { samples, passedOver } = await list()
  expect(samples).toHaveLength(2)
  expect(passedOver.map(({ what, count }) => [what, count])).toEqual([
    ['.heic', 2],
    ['.tga', 1],
  ])
  expect(passedOver[0]!.why).toMatch(/JPEG or PNG/)
})

describe('WebDataset', () => {
  test.each([
    ['train-0000.tar', /\.png$/, 'image field output.png'],
    ['rgb-0000.tar', /\.rgb\.png$/, 'image field normal.png'],
  ])('%s: the image, and the other one named', async (name, path, other) => {
    const { samples, passedOver, labelsFrom } = await list(fixture(name))
    expect(samples.every((sample) => path.test(sample.path) && !sample.path.includes('output'))).toBe(true)
    expect(passedOver).toMatchObject([{ what: other, count: samples.length }])
    expect(labelsFrom?.from).toBe('.cls')
  })

  test('members that are not adjacent are joined, which is said', async () => {
    const { samples, assumed } = await list(fixture('not-adjacent.tar'))
    expect(samples.map(({ label }) => label)).toEqual(['0', '1', '0'])
    expect(assumed.join()).toMatch(/not lie side by side/)
  })

  test('names with several dots, without labels beside them, are all samples', async () => {
    const { samples } = await list(fixture('dots-plain.tar'))
    expect(samples.map(({ label }) => label)).toEqual(['cat', 'cat', 'cat', 'dog', 'dog', 'dog'])
  })

  test('KEY.cls.txt, unread fields, records without an image', async () => {
    const tar = tarOf([
      { name: 'a.jpg', content: image },
      { name: 'a.cls.txt', content: '4' },
      { name: 'a.npy', content: 'x' },
      { name: 'b.json', content: '{"label": 3}' },
      { name: 'c.jpg', content: image },
      { name: 'c.json', content: '{"label": 2, "id": 1541815603606036481}' },
    ])
    const { samples, passedOver } = await list(folder.write('s.tar', tar))
    expect(samples.map(({ label, metadata }) => [label, metadata])).toEqual([
      ['4', null],
      ['2', { id: '1541815603606036481' }],
    ])
    expect(passedOver.map(({ what }) => what)).toEqual(['field npy', 'records without an image'])
  })
})

describe('Parquet', () => {
  test('a column whose type cannot be read is left out and named', async () => {
    const { samples, passedOver } = await list(fixture('interval.parquet'))
    expect(samples.map(({ label }) => label)).toEqual(['0', '1', '2', '3'])
    expect(passedOver).toEqual([{ what: 'column age', count: 4, why: 'its type INTERVAL cannot be read; left out' }])
  })

  test('lists of images are refused as what they are', async () => {
    await expect(list(fixture('list-of-images.parquet'))).rejects.toMatchObject({
      code: 'unsupported-dataset',
      message: expect.stringMatching(/lists of images in its column images/),
    })
  })

  test('integers of 64 bits keep their digits', async () => {
    const { samples } = await list(fixture('big-ids.parquet'))
    expect(samples.slice(0, 3).map(({ metadata }) => String(metadata?.big))).toEqual([
      '9007199254740994',
      '9007199254740995',
      '9007199254740996',
    ])
    expect(samples[0]?.metadata?.ubig).toBe('18446744073709551615')
  })

  test('a column of identifiers is text as a whole where one of them is too long for a number', async () => {
    write('0.png', '1.png', '2.png')
    const ids = ['1541815603606036480', '1541815603606036481', '7']
    folder.write('metadata.jsonl', ids.map((id, index) => `{"file_name":"${index}.png","id":${id}}`).join('\n'))
    expect((await list()).samples.map(({ metadata }) => metadata)).toEqual(ids.map((id) => ({ id })))
  })
})
