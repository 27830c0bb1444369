import { expect, test } from 'vitest'
import { readSample } from './read-sample'
import { openDataset } from './open-dataset'
import { png, zipOf } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const list = async (path: string) => (await openDataset(path)).list()

test('a zip of class folders is read in place, stored and deflated alike', async () => {
  const [red, blue] = [await png('#f00'), await png('#00f')]
  const path = folder.write(
    'data.zip',
    zipOf([
      { name: 'set/Coat/10.png', content: blue, stored: true },
      { name: 'set/Coat/9.png', content: red },
      { name: 'set/Bag/é "x"\n<script>.png', content: red },
      { name: 'set/readme.txt', content: Buffer.from('hello') },
      { name: '__MACOSX/set/Coat/._9.png', content: red },
    ]),
  )
  const { samples, problems } = await list(path)
  expect(problems).toEqual([])
  expect(samples.map(({ path, label }) => [path, label])).toEqual([
    ['data.zip/set/Bag/é "x"\n<script>.png', 'Bag'],
    ['data.zip/set/Coat/9.png', 'Coat'],
    ['data.zip/set/Coat/10.png', 'Coat'],
  ])
  const contents = await Promise.all(samples.map(async ({ location }) => Buffer.from(await readSample(location))))
  expect(contents).toEqual([red, red, blue])
})

test('names that lead out, links, encrypted and enormous members are passed over by name', async () => {
  const image = await png('#f00')
  const path = folder.write(
    'data.zip',
    zipOf([
      { name: 'Coat/1.png', content: image },
      { name: '../../evil.png', content: image },
      { name: 'C:\\evil.png', content: image },
      { name: 'Coat/link.png', content: image, link: true },
      { name: 'Coat/secret.png', content: image, encrypted: true },
      { name: 'Coat/bomb.png', content: image, claimed: 2 ** 31 },
      { name: Buffer.from([0x43, 0xff, 0x2e, 0x70, 0x6e, 0x67]), content: image },
    ]),
  )
  const { samples, problems } = await list(path)
  expect(samples.map(({ path }) => path)).toEqual(['data.zip/Coat/1.png'])
  expect(problems.map((problem) => problem.replace(/.*: /, ''))).toEqual([
    'the name leads out of the archive; passed over.',
    'a link inside an archive; passed over.',
    'encrypted; passed over.',
    'larger than 256 MB; passed over.',
    'the name is not valid UTF-8; passed over.',
  ])
})

test('a member never unpacks to more than the directory says', async () => {
  const path = folder.write('data.zip', zipOf([{ name: 'a.png', content: Buffer.alloc(1 << 20), claimed: 1000 }]))
  const [sample] = (await list(path)).samples
  await expect(readSample(sample!.location)).rejects.toMatchObject({
    code: 'unreadable-image',
    message: /data\.zip\/a\.png is damaged inside its archive/ as never,
  })
})

test('what is not a zip, or holds no image, is refused', async () => {
  const noise = folder.write('noise.zip', Buffer.alloc(500, 7))
  await expect(list(noise)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /no zip archive/ as never })
  const empty = folder.write('empty.zip', zipOf([{ name: 'a.txt', content: Buffer.from('x') }]))
  await expect(list(empty)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /holds no images/ as never })
})
