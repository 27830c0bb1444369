import type { FileHandle } from 'node:fs/promises'

/** One call to the system reads at most 2 GiB - 1, and `readFile` refuses files that are longer. */
const LONGEST_READ = 1 << 30

/** `length` bytes of an open file from `start` on, in a buffer of their own; fewer where the file ends before. */
export async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  let at = 0
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, Math.min(LONGEST_READ, length - at), start + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return bytes.subarray(0, at)
}
