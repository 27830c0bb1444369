import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileBytes, fileLines } from './file-streams'
import { IdxFiles } from './idx-files'
import { ProblemList } from './problem-list'
import { readTable, tableAt } from './tables'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'headlight-streams-'))))
afterEach(() => rm(folder, { recursive: true }))

/** A path that opens and cannot be read, for any user: a folder in the place of a file. */
async function unreadable(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const read: Item[] = []
  for await (const item of items) read.push(item)
  return read
}

test('an IDX file that cannot be read is refused, plain and gzipped', async () => {
  for (const name of ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz']) {
    const listing = new IdxFiles(folder, [await unreadable(name)]).list()
    await expect(listing).rejects.toMatchObject({ code: 'unsupported-dataset' })
  }
})

test('a gzipped IDX file that is cut off, or none at all, is refused', async () => {
  const whole = gzipSync(Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)))
  for (const content of [whole.subarray(0, 12), whole.subarray(3), Buffer.from('no gzip at all'), Buffer.alloc(0)]) {
    const file = join(folder, 't10k-images-idx3-ubyte.gz')
    await writeFile(file, content)
    await expect(new IdxFiles(folder, [file]).list()).rejects.toMatchObject({ code: 'unsupported-dataset' })
  }
})

test('tables that cannot be read throw to whoever reads them', async () => {
  for (const name of ['labels.jsonl', 'labels.csv', 'labels.tsv']) {
    await expect(
      all(readTable(tableAt(await unreadable(name)), { problems: new ProblemList(), assumed: [] })),
    ).rejects.toMatchObject({ code: 'EISDIR' })
  }
})

test('lines that nobody asks for open no file', async () => {
  const lines = fileLines(join(folder, 'missing.csv'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  await expect(all(lines)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('lines and bytes are those of the file, and a reader may leave early', async () => {
  const file = join(folder, 'lines.txt')
  await writeFile(file, 'one\r\ntwo\n\nfour')
  expect(await all(fileLines(file))).toEqual(['one', 'two', '', 'four'])
  const packed = join(folder, 'bytes.gz')
  await writeFile(packed, gzipSync(Buffer.alloc(300_000, 7)))
  expect(Buffer.concat(await all(fileBytes(packed, true)))).toEqual(Buffer.alloc(300_000, 7))
  for await (const part of fileBytes(packed, true)) {
    expect(part[0]).toBe(7)
    break
  }
  for await (const line of fileLines(file)) {
    expect(line).toBe('one')
    break
  }
})
