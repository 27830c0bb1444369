import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HeadlightError } from '@shared/errors'
import { greyPng } from './grey-png'
import type { IdxMember } from './location'
import { readRange } from './read-range'

const unpack = promisify(gunzip)
/** A gzipped file has no random access, so it is held unpacked; MNIST's 60,000 images are 47 MB. */
const MAX_UNPACKED = 1 << 28

let held: { file: string; changed: number; content: Promise<Uint8Array> } | null = null

/** An image of an IDX file, as a PNG. */
export async function readIdxMember({ file, offset, width, height }: IdxMember): Promise<Uint8Array> {
  if (!isGzip(file)) return greyPng(width, height, await readRange(file, offset, width * height))
  const content = await unpacked(file)
  const end = offset + width * height
  if (content.length < end)
    throw new HeadlightError('unreadable-image', `${file} is cut off: it ends before byte ${end}.`)
  return greyPng(width, height, content.subarray(offset, end))
}

/** A whole small file, unpacked where its name ends in .gz. */
export async function readPlainOrGzip(file: string): Promise<Uint8Array> {
  const content = await readFile(file)
  if (!isGzip(file)) return content
  return unpack(content, { maxOutputLength: MAX_UNPACKED }).catch((cause: unknown) => {
    throw new HeadlightError('unreadable-image', `${file} is damaged, or too large to be read packed; gunzip it.`, {
      cause,
    })
  })
}

async function unpacked(file: string): Promise<Uint8Array> {
  const { mtimeMs } = await stat(file)
  if (held?.file !== file || held.changed !== mtimeMs) {
    held = { file, changed: mtimeMs, content: readPlainOrGzip(file) }
  }
  return held.content
}

function isGzip(file: string): boolean {
  return file.toLowerCase().endsWith('.gz')
}
