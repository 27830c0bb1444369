import { execFileSync } from 'node:child_process'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { readSample } from './read-sample'
import { reportDataset } from './report'
import { openDataset } from './open-dataset'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const list = async (path = folder.path()) => (await openDataset(path)).list()

test('a CSV beside flat images gives labels, masks and metadata', async () => {
  for (const name of ['a.png', 'b 2.png', 'b 10.png', 'm/a.png']) folder.write(name)
  folder.write(
    'samples.csv',
    [
      '\uFEFFFile Name,Class,split,mask,"note, free",box',
      'b 10.png,Bag,test,,"two\nlines, and ""quotes""","[1, 2, 30, 40]"',
      '',
      'a.png,Coat,train,m/a.png,,',
      'b 2.png,Bag,test,m/none.png,x,',
      '',
    ].join('\r\n'),
  )
  const { samples, problems, numbered } = await list()
  expect(numbered).toBe(false)
  expect(samples.map(({ path, label }) => [path, label])).toEqual([
    ['a.png', 'Coat'],
    ['b 2.png', 'Bag'],
    ['b 10.png', 'Bag'],
  ])
  const box = { kind: 'box', left: 1, top: 2, right: 30, bottom: 40 }
  expect(samples.map(({ mask }) => mask)).toEqual([folder.path('m', 'a.png'), null, box])
  expect(samples[0]?.metadata).toEqual({ split: 'train' })
  expect(samples[2]?.metadata).toEqual({
    split: 'test',
    'note, free': 'two\r\nlines, and "quotes"'.replace('\r', ''),
    box: '[1, 2, 30, 40]',
  })
  expect(problems).toEqual(['m/none.png: missing mask; ignored.'])
})

test.each([
  ['list.tsv', 'image\ttarget\tage\nx.png\t1\t41\ny.png\t0\t7\n'],
  ['list.csv', 'image;target;age\nx.png;1;41\ny.png;0;7\n'],
  ['list.jsonl', '{"image": "x.png", "target": 1, "age": "41"}\n\n{"image": "y.png", "target": 0, "age": "7"}\n'],
])('%s, with images in the folder images and class numbers', async (name, content) => {
  folder.write('images/x.png')
  folder.write('images/y.png')
  folder.write('masks/y.png')
  const file = folder.write(name, content)
  for (const path of [file, folder.path()]) {
    const { samples, numbered, problems } = await list(path)
    expect([numbered, problems]).toEqual([true, []])
    expect(samples).toEqual([
      {
        ...{ path: 'images/x.png', label: '1', split: null, location: folder.path('images', 'x.png'), mask: null },
        metadata: { age: '41' },
      },
      {
        ...{ path: 'images/y.png', label: '0', split: null, location: folder.path('images', 'y.png') },
        ...{ mask: folder.path('masks', 'y.png'), metadata: { age: '7' } },
      },
    ])
  }
  const report = (await reportDataset(file, { labels: ['Coat', 'Bag'], keys: null })).report
  expect(report).toMatchObject({ kind: 'Manifest', metadata: ['age'], masks: { count: 1 } })
  expect(report.classes.map(({ classIndex }) => classIndex)).toEqual([0, 1])
})

test('a Parquet manifest keeps numbers as numbers', async () => {
  folder.write('images/x.png')
  const content = parquetWriteBuffer({
    columnData: [
      { name: 'path', data: ['x', 'gone'], type: 'STRING' },
      { name: 'label', data: [3n, 4n], type: 'INT64' },
      { name: 'age', data: [41.5, 7], type: 'DOUBLE' },
    ],
  })
  const file = folder.write('all.parquet', new Uint8Array(content))
  const { samples, numbered, passedOver } = await list(file)
  expect(numbered).toBe(true)
  expect(samples.map(({ path, label, metadata }) => [path, label, metadata])).toEqual([
    ['images/x.png', '3', { age: 41.5 }],
  ])
  expect(passedOver).toEqual([{ what: 'rows without an image', count: 1, why: 'not there, such as gone' }])
})

test('rows that leave the folder, name nothing or come twice are named', async () => {
  folder.write('data/a.png')
  folder.write('secret.png')
  const outside = folder.path('secret.png')
  const rows = [
    'a.png',
    '../secret.png',
    'x/../../secret.png',
    outside,
    '',
    'a.png',
    'sub\\w.png',
    folder.path('data', 'a.png'),
  ]
  folder.write('data/sub/w.png')
  const file = folder.write('data/m.csv', `path,label\n${rows.map((row) => `"${row}",1`).join('\n')}\n`)
  const { samples, problems } = await list(file)
  expect(samples.map(({ path }) => path)).toEqual(['a.png', 'sub/w.png'])
  expect(problems).toEqual([
    `Row 2 (../secret.png), Row 3 (x/../../secret.png), Row 4 (${outside}): leaves the folder of the manifest; passed over.`,
    'Row 5: names no file; passed over.',
    `a.png, ${folder.path('data', 'a.png')}: listed more than once; the first is taken.`,
  ])
})

test('several tables are one dataset, each a split', async () => {
  for (const name of ['a.png', 'b.png']) folder.write(name)
  folder.write('train.csv', 'path,label\na.png,Coat\n')
  folder.write('test.csv', 'path,label\nb.png,Bag\n')
  folder.write('scores.csv', 'site,score\nA,3\n')
  const { samples } = await list()
  expect(samples.map(({ path, label, metadata }) => [path, label, metadata])).toEqual([
    ['a.png', 'Coat', { split: 'train' }],
    ['b.png', 'Bag', { split: 'test' }],
  ])
})

test.skipIf(process.platform === 'win32')('a pipe is not an image, and is not waited for', async () => {
  execFileSync('mkfifo', [folder.path('pipe.png')])
  folder.write('a.png')
  const file = folder.write('m.csv', 'path\npipe.png\na.png\n')
  const { samples, passedOver } = await list(file)
  expect(samples.map(({ path }) => path)).toEqual(['a.png'])
  expect(passedOver).toMatchObject([{ what: 'rows without an image', count: 1 }])
  await expect(readSample(folder.path('pipe.png'))).rejects.toMatchObject({ code: 'unreadable-image' })
})

test('hostile names are names', async () => {
  const names = [
    '<script>alert(1)</script>.png'.replace('/', '∕'),
    "it's.png",
    'q"q.png',
    `${'n'.repeat(251)}.png`,
    '$(x).png',
  ]
  for (const name of names) folder.write(name)
  const file = folder.write('m.jsonl', names.map((path) => JSON.stringify({ path })).join('\n'))
  expect((await list(file)).samples.map(({ path }) => path).sort()).toEqual([...names].sort())
  const bad = Buffer.concat([Buffer.from("path\nit's.png\n"), Buffer.of(0xff, 0xfe), Buffer.from('.png\n')])
  const { problems } = await list(folder.write('bad.csv', bad))
  expect(problems.join()).toMatch(/not valid UTF-8/)
})

test('a table without a header has the file name and the label told apart', async () => {
  folder.write('a.png')
  const file = folder.write('m.csv', 'a.png,5\n')
  expect((await list(file)).samples).toMatchObject([{ path: 'a.png', label: '5' }])
})

test('a table that names no images leaves the folder an image folder, and is refused by itself', async () => {
  folder.write('Coat/a.png')
  folder.write('metadata.csv', 'site,count\nA,3\n')
  const file = folder.write('notes.csv', 'site,count\nA,3\n')
  expect((await openDataset(folder.path())).kind).toBe('Image folder')
  await expect(list(file)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /site, count/ as never })
})

test.each([
  ['own.csv', 'path,dataset_label,split,label,label_index\na.png,skirt,val,Dress,3\nb.png,coat,val,Coat,4\n'],
  [
    'own.jsonl',
    '{"path":"a.png","dataset_label":"skirt","label":"Dress"}\n{"path":"b.png","dataset_label":"coat","label":"Coat"}\n',
  ],
  [
    'own.json',
    JSON.stringify({
      format: 'headlight-predictions',
      version: 1,
      about: {},
      columns: [],
      rows: [
        { path: 'a.png', dataset_label: 'skirt', label: 'Dress' },
        { path: 'b.png', dataset_label: 'coat', label: 'Coat' },
      ],
    }),
  ],
])("%s that was exported here gives the dataset's own labels, which is said", async (name, content) => {
  for (const image of ['a.png', 'b.png']) folder.write(image)
  folder.write(name, content)
  const { samples, labelsFrom, assumed } = await list(folder.path(name))
  expect(samples.map(({ label }) => label)).toEqual(['skirt', 'coat'])
  expect(labelsFrom?.from).toBe('column dataset_label')
  expect(assumed.join()).toMatch(/dataset_label of .* is taken for the label/)
})
