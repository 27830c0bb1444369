import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { HeadlightError } from '@shared/errors'
import { readSample } from './read-sample'
import { openDataset } from './open-dataset'
import { idxImages, paxRecord, png, tarOf, zipOf } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const ROUNDS = process.env.HEADLIGHT_LONG === '1' ? 5000 : 120
const MOST_MS = ROUNDS > 1000 ? 3_600_000 : undefined

/** Numbers from 0 up to `end`, the same in every run. */
function seeded(): (end: number) => number {
  let state = 12345
  return (end) => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state % end
  }
}

/** The same bytes with a few changed, now and then cut off. */
function damaged(whole: Buffer, next: (end: number) => number): Buffer {
  const bytes = Buffer.from(whole)
  for (let edits = 1 + next(6); edits > 0; edits--) bytes[next(bytes.length)] = next(256)
  return next(5) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes
}

const NAMES = ['a.tar', 'a.zip', 'a-images-idx3-ubyte', 'a.csv', 'a.jsonl', 'a.parquet', 'a.json']
/** As pyarrow writes them. */
const FOREIGN = ['pages-v1.parquet', 'pages-v2.parquet', 'deltas.parquet']

const COCO = {
  images: [
    { id: 1, file_name: 'a.png', width: 4, height: 4 },
    { id: 2, file_name: 'b.png' },
  ],
  annotations: [
    { id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], segmentation: [[0, 0, 1, 1, 2, 0]], iscrowd: 0 },
    { id: 2, image_id: 2, category_id: 2, bbox: [0, 0, 1, 1], area: 1.5 },
  ],
  categories: [
    { id: 1, name: 'cat', supercategory: 'animal' },
    { id: 2, name: 'dog' },
  ],
}

/** The same with some values in place of others: JSON of the right syntax, whose content may be anything. */
function exchanged(whole: unknown, next: (end: number) => number): unknown {
  if (next(12) === 0) return OTHERS[next(OTHERS.length)]
  if (Array.isArray(whole)) return whole.map((value) => exchanged(value, next))
  if (whole === null || typeof whole !== 'object') return whole
  return Object.fromEntries(
    Object.entries(whole).map(([key, value]) => [next(20) === 0 ? '__proto__' : key, exchanged(value, next)]),
  )
}
const OTHERS = [null, true, -1, 1.5, 1e300, '', 'a.png', '../../x', '\0', [], [[]], {}, { id: 1 }, [null, 'x', 3]]

test(
  'COCO whose values are other ones is read or refused in our words, and so are pictures that it names',
  async () => {
    folder.write('coco/a.png', await png('#f00'))
    const next = seeded()
    const others: unknown[] = []
    let read = 0
    for (let round = 0; round < ROUNDS; round++) {
      const path = folder.write('coco/a.json', JSON.stringify(exchanged(COCO, next)))
      for (const place of [path, join(path, '..')]) {
        try {
          const { samples } = await openDataset(place).then((source) => source.list())
          read += samples.length
          for (const { location } of samples.slice(0, 3)) await readSample(location)
        } catch (error) {
          if (!(error instanceof HeadlightError)) others.push(error)
        }
      }
    }
    expect(others).toEqual([])
    expect(read).toBeGreaterThan(ROUNDS)
  },
  MOST_MS,
)

test.each([...NAMES, ...FOREIGN])(
  'whatever happened to %s, it is read or refused in our words',
  async (name) => {
    const image = await png('#f00')
    const wholes: Record<string, Buffer> = {
      'a.tar': tarOf([
        { name: 'h', type: 'x', content: paxRecord('path', 'q/é.png') },
        { name: 'a.png', content: image },
        { name: 'a.json', content: '{"x": 1, "bbox": [1, 2, 3, 4]}' },
        { name: 'b.png', content: image },
      ]),
      'a.zip': zipOf([
        { name: 'x/a.png', content: image },
        { name: 'y/b.png', content: image, stored: true },
      ]),
      'a-images-idx3-ubyte': idxImages(3, 2, 4, new Uint8Array(24)),
      'a.parquet': Buffer.from(
        parquetWriteBuffer({
          columnData: [
            { name: 'path', data: ['a.png', 'b.png'], type: 'STRING' },
            { name: 'label', data: [3n, 4n], type: 'INT64' },
          ],
        }),
      ),
      ...Object.fromEntries(
        FOREIGN.map((file) => [file, readFileSync(join(import.meta.dirname, 'fixtures/parquet', file))]),
      ),
      'a.csv': Buffer.from('path,label\n"a.png",1\nb.png,"2\n3"\n'),
      'a.jsonl': Buffer.from('{"path": "a.png", "label": 1}\n{"path": ["x"], "label": {}}\n'),
      'a.json': Buffer.from(JSON.stringify(COCO)),
    }
    const next = seeded()
    const others: unknown[] = []
    const attempt = (action: Promise<unknown>) =>
      action.catch((error: unknown) => {
        if (!(error instanceof HeadlightError)) others.push(error)
        return null
      })
    for (let round = 0; round < ROUNDS; round++) {
      const path = folder.write(name, damaged(wholes[name] ?? Buffer.alloc(0), next))
      const listed = openDataset(path).then((source) => source.list())
      await attempt(listed)
      const { samples } = await listed.catch(() => ({ samples: [] }))
      for (const { location } of samples.slice(0, 3)) await attempt(readSample(location))
    }
    expect(others).toEqual([])
  },
  MOST_MS,
)
