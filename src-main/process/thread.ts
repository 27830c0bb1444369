import { parentPort, type ResourceLimits, Worker } from 'node:worker_threads'
import { HeadlightError } from '@shared/errors'
import { surviveBackgroundFailures } from './background-failures'
import { Peer } from './peer'
import { type Remote, remoteOf } from './remote'

export interface ThreadOptions {
  /** Names it in errors. */
  name: string
  workerData?: unknown
  /** Options of Node; those of this process unless told otherwise. */
  execArgv?: string[]
  /** Limits of V8's heap; the process's unless told otherwise. */
  resourceLimits?: ResourceLimits
}

/** A worker thread whose api is called from here, and which calls the api that it was started with. */
export interface Thread<Api> {
  /** A thread that dies rejects all pending calls with 'process-died'. */
  api: Remote<Api>
  /** Settles when the thread has ended, for whatever reason; never rejects. */
  exited: Promise<void>
  /** Processor time that it has used; where Node does not tell it (before 24.6), time by the clock in which it had something to do. */
  cpuSeconds(): Promise<number>
  /** Ends it at once, whatever it does. */
  end(): Promise<void>
}

/** Starts `entryFile`, which is expected to call `serveThread`, in a thread that calls the methods of `api`. */
export function startThread<Api>(entryFile: string, api: object, { name, ...options }: ThreadOptions): Thread<Api> {
  const worker = new Worker(entryFile, { ...options, name })
  const peer = new Peer(worker, api, () => {
    if (peer.pending === 0) worker.unref()
  })
  let why = ''
  worker.on('error', (error) => (why = ` (${error instanceof Error ? error.message : String(error)})`))
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      peer.close(new HeadlightError('process-died', `The ${name} thread ended unexpectedly${why}.`))
      resolve()
    })
  })
  worker.unref()
  return {
    api: remoteOf<Api>((path, args) => {
      const answer = peer.call(path, args)
      if (peer.pending > 0) worker.ref()
      return answer
    }),
    exited,
    async cpuSeconds() {
      if (!('cpuUsage' in worker)) return (worker as Worker).performance.eventLoopUtilization().active / 1000
      const { user, system } = await worker.cpuUsage()
      return (user + system) / 1e6
    },
    async end() {
      peer.close(new HeadlightError('process-died', `The ${name} thread was closed.`))
      await worker.terminate()
    },
  }
}

/**
 * In a worker thread: answers calls with the api that `make` gives; `parent` is the api of the thread that started this one.
 * Called once, at the end of an entry file. `onBackgroundFailure` hears of rejections that nobody waited for.
 */
export function serveThread<Parent>(
  make: (parent: Remote<Parent>) => object,
  onBackgroundFailure: (...what: unknown[]) => void = console.error,
): void {
  if (!parentPort) throw new Error('This program is a part of Headlight and is started by it.')
  surviveBackgroundFailures(onBackgroundFailure)
  // The api needs the peer, and the peer the api: nothing is called before both are there.
  const parent = remoteOf<Parent>((path, args) => peer.call(path, args))
  const peer: Peer = new Peer(parentPort, make(parent))
}
