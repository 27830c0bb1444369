import { createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fileLines } from '../../datasets/file-streams'
import { npyHeader } from '@headlight/explain/files'
import type { JobControl } from '../control'
import { type Column, type ColumnValues, metaOf, type Table } from '../table'

/** NumPy has no missing values: numbers are NaN or -1, words are empty, booleans are int8 with -1. */
const KINDS = {
  int32: { descr: '<i4', missing: -1, make: (values: number[]) => Int32Array.from(values) },
  float32: { descr: '<f4', missing: NaN, make: (values: number[]) => Float32Array.from(values) },
  float64: { descr: '<f8', missing: NaN, make: (values: number[]) => Float64Array.from(values) },
  bool: { descr: '|i1', missing: -1, make: (values: number[]) => Int8Array.from(values) },
} as const

/** One column on its way into the zip file, kept on the disk beside it: arrays lie there one after the other. */
interface Spool {
  column: Column
  path: string
  file: FileHandle
  /** Letters of the longest word. */
  longest: number
}

/**
 * NPZ: one array a column, `[rows, ...shape]`, and `meta.json` with dictionary and provenance. Columns are read once,
 * into files in a folder beside the draft.
 */
export async function writeNpz(table: Table, draft: string, control: JobControl): Promise<number> {
  const folder = await mkdtemp(join(dirname(draft), '.headlight-npz-'))
  const spools: Spool[] = []
  try {
    for (const [i, column] of table.columns.entries()) {
      const path = join(folder, String(i))
      spools.push({ column, path, file: await open(path, 'w'), longest: 1 })
    }
    let [rows, read] = [0, 0]
    for await (const block of table.blocks()) {
      for (const [c, spool] of spools.entries()) await spoolValues(spool, block.values[c] ?? [])
      rows += block.rows
      read += block.read
      await control.step(read, table.total)
    }
    await zip(table, spools, rows, draft, control)
    return rows
  } finally {
    await Promise.all(spools.map(({ file }) => file.close()))
    await rm(folder, { recursive: true, force: true })
  }
}

async function spoolValues(spool: Spool, values: ColumnValues): Promise<void> {
  const { column, file } = spool
  if (column.type === 'text') {
    const words = Array.from(values, (value) => (value === null ? '' : String(value)))
    for (const word of words) spool.longest = Math.max(spool.longest, [...word].length)
    await file.write(words.map((word) => `${lineOf(word)}\n`).join(''))
    return
  }
  const { missing, make } = KINDS[column.type]
  const array = ArrayBuffer.isView(values)
    ? values
    : make(Array.from(values, (v) => (v === null ? missing : Number(v))))
  await file.write(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}

async function zip(table: Table, spools: readonly Spool[], rows: number, draft: string, control: JobControl) {
  const archive = new ZipFile()
  // Also ends the output, which would wait for the rest for ever.
  archive.on('error', (error) => (archive.outputStream as Readable).destroy(error))
  archive.addBuffer(Buffer.from(`${JSON.stringify(metaOf(table), null, 2)}\n`), 'meta.json')
  for (const spool of spools) {
    const compressionLevel = spool.column.type === 'text' ? 1 : 0
    archive.addReadStreamLazy(`${spool.column.name}.npy`, { compressionLevel }, (done) => {
      done(null, Readable.from(arrayBytes(spool, rows), { objectMode: false }))
    })
  }
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(draft), { signal: control.signal })
}

async function* arrayBytes({ column, path, longest }: Spool, rows: number): AsyncGenerator<Uint8Array> {
  const descr = column.type === 'text' ? `<U${longest}` : KINDS[column.type].descr
  yield npyHeader([rows, ...(column.shape ?? [])], descr)
  if (column.type !== 'text') {
    yield* createReadStream(path, { highWaterMark: 2 ** 18 })
    return
  }
  let batch: Uint8Array[] = []
  for await (const line of fileLines(path)) {
    batch.push(codePoints(JSON.parse(line) as string, longest))
    if (batch.length < 1024) continue
    yield Buffer.concat(batch)
    batch = []
  }
  yield Buffer.concat(batch)
}

/** A word as one line: readline also ends lines at the two separators that JSON leaves as they are. */
function lineOf(word: string): string {
  return JSON.stringify(word).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

/** A word as NumPy keeps it: 32 bits a letter, filled up with zeros. */
function codePoints(word: string, length: number): Uint8Array {
  const points = new Uint32Array(length)
  Array.from(word).forEach((letter, i) => (points[i] = letter.codePointAt(0) ?? 0))
  return new Uint8Array(points.buffer)
}
