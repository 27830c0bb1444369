import { readFile, stat } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'
import { type Member, pathOf, type SampleLocation } from './location'
import { readIdxMember } from './read-idx'
import { readParquetImage } from './read-parquet-image'
import { readRange } from './read-range'
import { readZipMember } from './read-zip-member'

/** The encoded image at a location, whole. Throws 'not-found', 'unreadable-file' or 'unreadable-image'. */
export async function readSample(location: SampleLocation): Promise<Uint8Array> {
  try {
    return typeof location === 'string' ? await readWhole(location) : await readMember(location)
  } catch (cause) {
    if (cause instanceof HeadlightError) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new HeadlightError('not-found', `${pathOf(location)} is missing.`, { cause })
    // Errors of the system are about the disk or its permissions, not about the picture.
    const kind = code !== null && /^E[A-Z]+$/.test(code) ? 'unreadable-file' : 'unreadable-image'
    throw new HeadlightError(kind, `${pathOf(location)} cannot be read (${code ?? String(cause)}).`, {
      cause,
    })
  }
}

/** Reading a pipe or a device might never end. */
async function readWhole(file: string): Promise<Uint8Array> {
  if ((await stat(file)).isFile()) return readFile(file)
  throw new HeadlightError('unreadable-image', `${file} is not a file.`)
}

function readMember(member: Member): Promise<Uint8Array> {
  switch (member.kind) {
    case 'range':
      return readRange(member.file, member.offset, member.length)
    case 'zip':
      return readZipMember(member)
    case 'idx':
      return readIdxMember(member)
    case 'parquet':
      return readParquetImage(member)
  }
}
