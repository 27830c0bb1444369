import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openParquet, openParquetBytes, parquetRows } from './parquet-file'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const whole = readFileSync(join(import.meta.dirname, 'fixtures/parquet/pages-v2.parquet'))

/** The file with one byte changed: a run of the definition levels of `opt` is hundreds of millions of values long. */
function endless(): Buffer {
  const bytes = Buffer.from(whole)
  bytes[646] = 0
  return bytes
}

async function labels(path: string): Promise<unknown[]> {
  const file = await openParquet(path)
  const found: unknown[] = []
  for await (const { label } of parquetRows(file, file.columns)) found.push(label)
  return found
}

const LABELS = Array.from({ length: 12 }, (_, at) => BigInt(at))

test('a file that would be read for hours is given up by name; what else was asked is answered, and so is what comes later', async () => {
  const [damaged, sound] = [folder.write('damaged.parquet', endless()), folder.write('sound.parquet', whole)]
  const [given, beside] = await Promise.allSettled([labels(damaged), labels(sound)])
  expect(given).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'unsupported-dataset',
      message: `${damaged} is damaged: reading its rows 0 to 11 came to no end and was stopped. Make it anew, or take another copy.`,
    },
  })
  expect(beside).toEqual({ status: 'fulfilled', value: LABELS })
  expect(await labels(sound)).toEqual(LABELS)
})

test('a file that was opened before another was given up is read on', async () => {
  const before = await openParquetBytes('inside.parquet', whole)
  await expect(labels(folder.write('damaged.parquet', endless()))).rejects.toThrow('came to no end')
  const found: unknown[] = []
  for await (const { label } of parquetRows(before, ['label'])) found.push(label)
  expect(found).toEqual(LABELS)
})

test('this thread goes on while a file is read that has no end', async () => {
  let ticks = 0
  const ticking = setInterval(() => ticks++, 10)
  await expect(labels(folder.write('damaged.parquet', endless()))).rejects.toThrow('came to no end')
  clearInterval(ticking)
  expect(ticks).toBeGreaterThan(5)
})
