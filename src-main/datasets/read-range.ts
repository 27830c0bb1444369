import { open } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'

/** The longest part that is read at once: beyond any image that would be decoded. */
const MAX_BYTES = 2 ** 30

/** A part of a file. Throws 'unreadable-image' where the file ends before it does, or the part is too long. */
export async function readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
  if (length > MAX_BYTES) {
    throw new HeadlightError('unreadable-image', `A part of ${file} is larger than 1 GB and was not read.`)
  }
  const handle = await open(file)
  try {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
      if (bytesRead === 0) {
        throw new HeadlightError('unreadable-image', `${file} is cut off: it ends before byte ${offset + length}.`)
      }
      filled += bytesRead
    }
    return bytes
  } finally {
    await handle.close()
  }
}
