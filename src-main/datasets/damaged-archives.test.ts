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

const NAMES = ['a.tar', 'a.zip', 'a-images-idx3-ubyte', 'a.csv', 'a.jsonl', 'a.parquet']
/** As pyarrow writes them. */
const FOREIGN = ['pages-v1.parquet', 'pages-v2.parquet', 'deltas.parquet']

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
  ROUNDS > 1000 ? 3_600_000 : undefined,
)
