/** Files as streams whose errors arrive where they are read: an error without a listener would end the process. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Readable, pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** Lines of a text file, without their ends. Throws what reading it met. */
export function fileLines(file: string): AsyncGenerator<string> {
  return linesOf(() => createReadStream(file))
}

/** The same of any stream, which is begun when the first line is asked for. */
export async function* linesOf(open: () => Readable | Promise<Readable>): AsyncGenerator<string> {
  const input = await open()
  let failure: Error | null = null
  const lines = createInterface({ input, crlfDelay: Infinity })
  // Not every version of readline reports its input's errors: reading would never end.
  input.once('error', (error) => {
    failure = error
    lines.close()
  })
  try {
    yield* lines
    if (failure) throw failure as Error
  } finally {
    input.destroy()
  }
}

/** Bytes of a file as they come, unpacked where it is gzipped. Throws what reading or unpacking met. */
export async function* fileBytes(file: string, gzipped: boolean): AsyncGenerator<Buffer> {
  const raw = createReadStream(file)
  try {
    // Not `pipe`, which does not report an error of the file. The loop throws what `pipeline` reports, too.
    yield* (gzipped ? pipeline(raw, createGunzip(), () => undefined) : raw) as AsyncIterable<Buffer>
  } finally {
    raw.destroy()
  }
}
