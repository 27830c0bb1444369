/** The side of the queries' worker thread; see query-lane.ts. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { damagedFile, isDamage } from '../project/database-file'
import { registerFoldCase } from '../samples/fold-case'
import { teachRowChecksum } from '../stored/row-checksum'
import { Queries } from './queries'
import type { QueryReply, QueryTask, ThreadData } from './query-lane'

/** Memory of the pages that a connection keeps, in KiB: little, since questions read through and come back to nothing. */
const PAGE_CACHE_KIB = 4 * 1024

/** Answers questions about one project until it is told to stop. */
export function serveQueries(port: MessagePort | null = parentPort): void {
  const { review, cache, cancelled } = workerData as ThreadData
  const files = { review: openReadOnly(review), cache: openReadOnly(cache) }
  const queries = new Queries(files)
  const lastCancelled = new Int32Array(cancelled)

  port?.on('message', (message: QueryTask | 'stop') => {
    if (message === 'stop') {
      files.review.close()
      files.cache.close()
      port.close()
      return
    }
    const { task, name, args } = message
    const stop = () => {
      if (Atomics.load(lastCancelled, 0) >= task) throw new HeadlightError('cancelled', 'Cancelled.')
    }
    try {
      const answer = (queries[name] as (...args: unknown[]) => unknown)(stop, ...args)
      const ids: unknown = (answer as { ids?: unknown } | null)?.ids
      const transferred = ids instanceof Uint32Array ? [ids.buffer as ArrayBuffer] : []
      port.postMessage({ task, answer } satisfies QueryReply, transferred)
    } catch (error) {
      port.postMessage({ task, error: toErrorValue(isDamage(error) ? damagedFile(error) : error) } satisfies QueryReply)
    }
  })
}

function openReadOnly(file: string) {
  const database = new Sqlite(file, { readonly: true })
  database.pragma(`cache_size = -${PAGE_CACHE_KIB}`)
  teachRowChecksum(database)
  registerFoldCase(database)
  return database
}
