/** The thread in which Parquet files are read, one a process; it starts when it is needed, and again after it was ended. */
import { join } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { endWithoutProgress } from '../process/end-without-progress'
import { programFolder } from '../process/program-folder'
import type { Remote } from '../process/remote'
import { startThread, type Thread } from '../process/thread'
import type { ParquetDecoder } from './parquet-decoder'

/**
 * Far above what is read at a time. Where an array outgrows a small heap at once, V8 ends the whole process and not the thread; the limit
 * of time ends a loop that fills one long before.
 */
const HEAP_MB = 4096

const progress = new Int32Array(new SharedArrayBuffer(4))
let running: Thread<ParquetDecoder> | null = null
let turn: Promise<unknown> = Promise.resolve()

/**
 * Asks the thread, one question after the other. Where it works for longer than `seconds` on one part of the file, it is ended, and the
 * error is 'unsupported-dataset' with `stopped`, a sentence; waiting for a disk does not count. Where it ends by itself, as out of memory, the
 * sentence is `unread`, with why.
 */
export function askParquet<Answer>(
  ask: (decoder: Remote<ParquetDecoder>) => Promise<Answer>,
  { seconds, stopped, unread }: { seconds: number; stopped: string; unread: string },
): Promise<Answer> {
  const answer = turn.then(async () => {
    const thread = (running ??= start())
    let ended = false
    const stop = endWithoutProgress(thread, progress, seconds, () => (ended = true))
    try {
      return await ask(thread.api)
    } catch (error) {
      if (!(error instanceof HeadlightError && error.code === 'process-died')) throw error
      await thread.exited
      throw new HeadlightError('unsupported-dataset', ended ? stopped : `${unread} ${error.message}`, { cause: error })
    } finally {
      stop()
    }
  })
  turn = answer.catch(() => undefined)
  return answer
}

function start(): Thread<ParquetDecoder> {
  const thread = startThread<ParquetDecoder>(
    join(programFolder(), 'out', 'main', 'parquet.js'),
    {},
    {
      ...{ name: 'parquet', workerData: progress.buffer },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    },
  )
  void thread.exited.then(() => {
    if (running === thread) running = null
  })
  return thread
}
