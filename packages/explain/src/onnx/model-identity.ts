import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { externalFiles } from './external-data'
import { readModel } from './read'

/** What makes a model the same wherever its file lies. */
export interface ModelIdentity {
  /** SHA-256 over the model file and its external data, one after the other, hex. */
  hash: string
  /** Their size together. */
  bytes: number
  /** Files with external data, absolute. */
  dataFiles: string[]
}

/** Reads the files of a model. Throws 'not-found' or 'unreadable-model'. */
export async function modelIdentity(file: string): Promise<ModelIdentity> {
  const dataFiles = externalFiles(await readModel(file))
  const hash = createHash('sha256')
  let bytes = 0
  for (const part of [file, ...dataFiles]) {
    bytes += (await stat(part)).size
    await pipeline(createReadStream(part), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk)
    })
  }
  return { hash: hash.digest('hex'), bytes, dataFiles }
}
