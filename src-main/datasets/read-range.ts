import { open } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'

/** A part of a file. Throws 'unreadable-image' where the file ends before it does. */
export async function readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
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
