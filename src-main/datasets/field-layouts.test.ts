/** Datasets as other tools lay them out: what is a label, what a split, and what is passed over and named. */
import { describe, expect, test } from 'vitest'
import { tarOf, zipOf } from './testing/archives'
import { fieldDatasets, rows } from './testing/field-datasets'

const { folder, picture, write, list, fixture } = fieldDatasets()

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
    const members = paths.map((name) => ({ name, content: picture() }))
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

  test('labels in another shard than their images are joined to none, as webdataset does it, and counted', async () => {
    const member = (name: string) => ({ name, content: name.endsWith('.cls') ? '1' : picture() })
    folder.write('s/0.tar', tarOf(['a.png', 'b.png'].map(member)))
    folder.write('s/1.tar', tarOf(['a.cls', 'b.cls'].map(member)))
    const { samples, passedOver } = await list(folder.path('s'))
    expect(samples.map(({ path, label }) => [path, label])).toEqual([
      ['0.tar/a.png', null],
      ['0.tar/b.png', null],
    ])
    expect(passedOver).toEqual([
      { what: 'records without an image', count: 2, why: 'no image in their shard has their key, such as a' },
    ])
  })

  test('names with several dots, without labels beside them, are all samples', async () => {
    const { samples } = await list(fixture('dots-plain.tar'))
    expect(samples.map(({ label }) => label)).toEqual(['cat', 'cat', 'cat', 'dog', 'dog', 'dog'])
  })

  test('KEY.cls.txt, unread fields, records without an image', async () => {
    const tar = tarOf([
      { name: 'a.jpg', content: picture() },
      { name: 'a.cls.txt', content: '4' },
      { name: 'a.npy', content: 'x' },
      { name: 'b.json', content: '{"label": 3}' },
      { name: 'c.jpg', content: picture() },
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
