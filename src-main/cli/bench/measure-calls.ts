import { setTimeout as wait } from 'node:timers/promises'
import { toErrorValue } from '@shared/errors'
import { connectWindow, sendGarbage, serveProject, type ServedWindow } from './served-window'
import { worstCalls } from './worst-calls'

/** What an annotation may wait for whatever another window asks, in milliseconds. */
export const WAIT_LIMIT_MS = 200

/** How long annotations took while one call was made again and again beside them. Times in milliseconds. */
export interface CallTiming {
  /** The call; 'nothing' for annotations alone. */
  beside: string
  /** Times that it was made, and the median of what it took. */
  made: number
  tookMs: number
  annotations: number
  medianMs: number
  p99Ms: number
  worstMs: number
  /** Why it was refused, null where it was answered. */
  refused: string | null
}

export interface CallsBench {
  project: string
  scratch: string
  /** Seconds that each call is made again and again; one that takes longer is made once. */
  seconds: number
  /** Only calls whose names have one of these words; all for none. */
  only: readonly string[]
  signal: AbortSignal
  status(text: string): void
}

/** One window annotates without a pause, another one asks for the worst; both are served by a program of its own. */
export async function measureCalls(bench: CallsBench): Promise<CallTiming[]> {
  const { project, scratch, seconds, only, signal, status } = bench
  const served = await serveProject(project)
  try {
    const [annotator, other] = [await connectWindow(served.url), await connectWindow(served.url)]
    const run = (await other.call('project.current', {}))?.runs[0]
    if (run === undefined) throw new Error(`${project} holds no run.`)
    const { ids } = await other.call('samples.query', { runId: run.id, filter: '', sort: 'path', descending: false })
    const calls = await worstCalls({
      window: other,
      run,
      ids,
      scratch,
      sendGarbage: (bytes) => sendGarbage(served.url, bytes),
    })
    const chosen = calls.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)))
    const idle = { name: 'nothing', make: () => wait(100) }
    const annotate = annotating(annotator, ids)
    const timings: CallTiming[] = []
    for (const { name, make } of [idle, ...chosen, idle]) {
      if (signal.aborted) break
      status(name)
      timings.push({ beside: name, ...(await timeBeside(annotate, make, seconds * 1000)) })
    }
    annotator.close()
    other.close()
    return timings
  } finally {
    await served.stop()
  }
}

/** Tags one sample after the other, and takes the tag away again. */
function annotating(window: ServedWindow, ids: Uint32Array): () => Promise<unknown> {
  let n = 0
  return () => {
    const id = ids[Math.floor(n / 2) % ids.length]!
    const on = n % 2 === 0
    n++
    return window.call('annotations.change', {
      // Another reviewer than the other window's, so that undo there takes back what was done there.
      reviewer: 'annotator',
      changes: [{ kind: 'tag', ids: Uint32Array.of(id), tag: 'seen by the bench', on }],
    })
  }
}

async function timeBeside(
  annotate: () => Promise<unknown>,
  make: () => Promise<unknown>,
  forMs: number,
): Promise<Omit<CallTiming, 'beside'>> {
  const waits: number[] = []
  const took: number[] = []
  let ended = false
  let refused: string | null = null
  const annotations = async () => {
    while (!ended) waits.push(await timed(annotate))
  }
  const calls = async () => {
    const until = performance.now() + forMs
    try {
      do took.push(await timed(make))
      while (performance.now() < until)
    } catch (error) {
      refused = toErrorValue(error).message
    } finally {
      ended = true
    }
  }
  await Promise.all([annotations(), calls()])
  const at = (share: number) => quantile(waits, share)
  const tookMs = quantile(took, 0.5)
  return {
    made: took.length,
    tookMs,
    annotations: waits.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    worstMs: at(1),
    refused,
  }
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await action()
  return performance.now() - started
}

function quantile(values: readonly number[], share: number): number {
  // NaN where nothing was measured.
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN
}
