import { expect, test } from 'vitest'
import type { SampleLocation } from './location'
import { readSample } from './read-sample'
import { openDataset } from './open-dataset'
import { paxRecord, png, tarOf } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const list = async (path: string) => (await openDataset(path)).list()

test('shards give images in order with labels, records, captions and masks', async () => {
  const [red, blue, mask] = [await png('#f00'), await png('#00f'), await png('#fff')]
  folder.write(
    'train-000001.tar',
    tarOf([
      { name: 'b10.png', content: blue },
      { name: 'b10.cls', content: '1\n' },
      { name: 'b9.png', content: red },
      { name: 'b9.mask.png', content: mask },
      { name: 'b9.cls', content: '0' },
      { name: 'b9.json', content: '{"camera": "left", "iso": 200, "tags": ["a", "b"]}' },
      { name: 'b9.txt', content: 'a red square' },
    ]),
  )
  folder.write(
    'train-000000.tar',
    tarOf([
      { name: 'a.png', content: red },
      { name: 'a.cls', content: '7' },
    ]),
  )
  const { samples, problems, numbered } = await list(folder.path())
  expect(problems).toEqual([])
  expect(numbered).toBe(true)
  expect(samples.map(({ path, label }) => [path, label])).toEqual([
    ['train-000000.tar/a.png', '7'],
    ['train-000001.tar/b9.png', '0'],
    ['train-000001.tar/b10.png', '1'],
  ])
  expect(samples[1]?.metadata).toEqual({ camera: 'left', iso: 200, tags: '["a","b"]', txt: 'a red square' })
  expect(Buffer.from(await readSample(samples[1]!.location))).toEqual(red)
  expect(Buffer.from(await readSample(samples[1]!.mask as SampleLocation))).toEqual(mask)
  expect(Buffer.from(await readSample(samples[2]!.location))).toEqual(blue)
  expect((await list(folder.path('train-000000.tar'))).samples.map(({ path }) => path)).toEqual([
    'train-000000.tar/a.png',
  ])
})

test('a label can be in the record, by number or by name', async () => {
  const image = await png('#f00')
  folder.write(
    's.tar',
    tarOf([
      { name: 'x.jpg', content: image },
      { name: 'x.json', content: '{"label": 3, "label_name": "Coat", "who": "me"}' },
    ]),
  )
  const [sample] = (await list(folder.path('s.tar'))).samples
  expect([sample?.label, sample?.metadata]).toEqual(['Coat', { label: 3, who: 'me' }])
})

test('a tar without labels has its folders for classes, below a common one', async () => {
  const image = await png('#f00')
  const names = ['./data/Coat/1.png', './data/Coat/deep/2.png', './data/Bag/1.png', './data/._x.png', './data/notes.md']
  folder.write('plain.tar', tarOf([{ name: './data/', type: '5' }, ...names.map((name) => ({ name, content: image }))]))
  const { samples, numbered } = await list(folder.path('plain.tar'))
  expect(numbered).toBe(false)
  expect(samples.map(({ path, label }) => [path, label])).toEqual([
    ['plain.tar/data/Bag/1.png', 'Bag'],
    ['plain.tar/data/Coat/1.png', 'Coat'],
    ['plain.tar/data/Coat/deep/2.png', 'Coat'],
  ])
})

test('names of every length and script are read', async () => {
  const image = await png('#f00')
  const long = `${'é'.repeat(120)}.png`
  const names = [`pax/${long}`, `gnu/${long}`, 'prefixed/here.png', 'a "b"\n<script>.png']
  folder.write(
    's.tar',
    tarOf([
      { name: 'h', type: 'x', content: paxRecord('path', names[0]!) },
      { name: 'short', content: image },
      { name: '././@LongLink', type: 'L', content: `${names[1]}\0` },
      { name: 'short', content: image },
      { name: 'here.png', prefix: 'prefixed', content: image },
      { name: names[3]!, content: image },
    ]),
  )
  const { samples } = await list(folder.path('s.tar'))
  expect(samples.map(({ path }) => path.slice(6)).sort()).toEqual([...names].sort())
})

test('links, names that lead out and names that are not text are passed over by name', async () => {
  const image = await png('#f00')
  folder.write(
    's.tar',
    tarOf([
      { name: 'ok.png', content: image },
      { name: '../out.png', content: image },
      { name: '/etc/out.png', content: image },
      { name: 'link.png', type: '2' },
      { name: Buffer.from([0xff, 0xfe, 0x2e, 0x70, 0x6e, 0x67]), content: image },
      { name: 'z.png', content: image },
      { name: 'ok.png', content: image },
    ]),
  )
  const { samples, problems } = await list(folder.path('s.tar'))
  expect(samples.map(({ path }) => path)).toEqual(['s.tar/ok.png', 's.tar/z.png'])
  expect(problems).toEqual([
    '../out.png, /etc/out.png: the name leads out of the archive; passed over.',
    's.tar/link.png: a link inside an archive; passed over.',
    's.tar: the name is not valid UTF-8; passed over.',
    's.tar/ok.png: listed more than once; the first is taken.',
  ])
})

test('a shard that is cut off gives what precedes the cut; what is not a tar is refused', async () => {
  const image = await png('#f00')
  const whole = tarOf([
    { name: 'a.png', content: image },
    { name: 'b.png', content: Buffer.alloc(5000, 1) },
  ])
  folder.write('s.tar', whole.subarray(0, 3000))
  const { samples, problems } = await list(folder.path('s.tar'))
  expect(samples).toHaveLength(1)
  expect(problems.join()).toMatch(/s\.tar ends in the middle of a member.*What comes before is included/)

  const noise = folder.write('noise.tar', Buffer.alloc(2048, 0x41))
  await expect(list(noise)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /no tar/ as never })
  const packed = folder.write('s.tar.gz', '')
  await expect(list(packed)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /unpack it/ as never })
})
