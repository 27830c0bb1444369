import { HeadlightError, toErrorValue } from '@shared/errors'
import type { ComputeApi } from '../../compute/api'
import type { Remote } from '../../process'
import { Throughput } from '../throughput'

export interface ComputeSession {
  api: Remote<ComputeApi>
  id: number
}

export interface ChunkOptions<Item> {
  items: readonly Item[]
  /** Items of one call. */
  size: number
  /** Called for the first chunk that needs it, and again after a death. */
  open(): Promise<ComputeSession>
  /** Does one chunk, and keeps what came of it. */
  work(chunk: readonly Item[], session: () => Promise<ComputeSession>): Promise<void>
  /** After every chunk: items done, and seconds for the rest. */
  onDone(done: number, secondsLeft: number | null): void
  signal?: AbortSignal
}

/** Deaths of the compute process in a row, without a result between them. */
const TRIES = 3

/** Works through items chunk by chunk, each once; a chunk whose process died is done again. Throws 'cancelled' once the signal aborts. */
export async function inChunks<Item>({ items, size, open, work, onDone, signal }: ChunkOptions<Item>): Promise<void> {
  const rate = new Throughput()
  let session: ComputeSession | null = null
  let deaths = 0
  const opened = async () => {
    if (session !== null) return session
    session = await open()
    rate.restart()
    return session
  }
  try {
    for (let first = 0; first < items.length;) {
      if (signal?.aborted) throw cancelled()
      try {
        const chunk = items.slice(first, first + size)
        await work(chunk, opened)
        first += chunk.length
        deaths = 0
        rate.add(chunk.length)
        const perSecond = rate.perSecond()
        onDone(first, perSecond > 0 ? (items.length - first) / perSecond : null)
      } catch (error) {
        if (signal?.aborted) throw cancelled()
        if (toErrorValue(error).code !== 'process-died' || ++deaths === TRIES) throw error
        session = null
      }
    }
  } finally {
    const last = session as ComputeSession | null
    await last?.api.close(last.id).catch(() => undefined)
  }
}

const cancelled = () =>
  new HeadlightError('cancelled', 'Stopped. What was measured is kept, and the same command goes on from there.')
