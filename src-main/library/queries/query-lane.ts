import { Worker } from 'node:worker_threads'
import { type ErrorValue, fromErrorValue, HeadlightError } from '@shared/errors'
import type { ProjectFiles } from '../project/project-files'
import { Queries, type QueryAnswer, type QueryArguments, type QueryName } from './queries'

export interface QueryTask {
  /** Rises from 1. */
  task: number
  name: QueryName
  args: unknown[]
}

export type QueryReply = { task: number; answer: unknown } | { task: number; error: ErrorValue }

export interface ThreadData {
  review: string
  cache: string
  /** Int32: tasks up to this one are cancelled. */
  cancelled: SharedArrayBuffer
}

/** Answers questions one after another. Those that are cancelled before their turn are never begun. */
export interface QueryLane {
  ask<Name extends QueryName>(name: Name, args: QueryArguments<Name>, signal?: AbortSignal): Promise<QueryAnswer<Name>>
  /** Ends what is under way. */
  close(): Promise<void>
}

/** A lane in this thread, on the writer's own connections. */
export function directLane(files: ProjectFiles): QueryLane {
  const queries = new Queries(files)
  return {
    async ask(name, args, signal) {
      const stop = () => {
        if (signal?.aborted) throw cancelled()
      }
      stop()
      return (queries[name] as (...args: unknown[]) => unknown)(stop, ...args) as QueryAnswer<typeof name>
    },
    close: async () => undefined,
  }
}

interface Waiting extends QueryTask {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** What is thrown away is collected early: columns are typed arrays, and little else of a query lives on. */
const YOUNG_MB = 12

/**
 * A lane in a worker thread with connections of its own, so that a slow question holds up neither writes nor the reading
 * of rows. `entryFile` calls `serveQueries` when it runs in a worker. A thread that dies rejects its question; the next
 * one starts another.
 */
export class ThreadLane implements QueryLane {
  readonly #cancelled = new Int32Array(new SharedArrayBuffer(4))
  readonly #waiting: Waiting[] = []
  #running: Waiting | null = null
  #worker: Worker | null = null
  #nextTask = 1
  #closed = false
  readonly #entryFile: string
  readonly #files: { review: string; cache: string }

  constructor(entryFile: string, files: { review: string; cache: string }) {
    this.#entryFile = entryFile
    this.#files = files
  }

  ask<Name extends QueryName>(
    name: Name,
    args: QueryArguments<Name>,
    signal?: AbortSignal,
  ): Promise<QueryAnswer<Name>> {
    if (this.#closed || signal?.aborted) return Promise.reject(cancelled())
    const task = this.#nextTask++
    return new Promise<unknown>((resolve, reject) => {
      const onAbort = () => this.#cancel(task)
      signal?.addEventListener('abort', onAbort, { once: true })
      const settled = () => signal?.removeEventListener('abort', onAbort)
      this.#waiting.push({
        task,
        name,
        args,
        resolve: (answer) => (settled(), resolve(answer)),
        reject: (error) => (settled(), reject(error)),
      })
      this.#pump()
    }) as Promise<QueryAnswer<Name>>
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(cancelled())
    if (this.#running !== null) Atomics.store(this.#cancelled, 0, this.#running.task)
    const worker = this.#worker
    if (worker === null) return
    // Not `once` of node:events, which rejects when the thread dies of an error on its way out.
    const exited = new Promise((resolve) => worker.once('exit', resolve))
    worker.postMessage('stop')
    await exited
  }

  #cancel(task: number): void {
    const queued = this.#waiting.findIndex((each) => each.task === task)
    if (queued >= 0) this.#waiting.splice(queued, 1)[0]?.reject(cancelled())
    else if (this.#running?.task === task) Atomics.store(this.#cancelled, 0, task)
  }

  #pump(): void {
    if (this.#running !== null) return
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#worker?.unref()
      return
    }
    this.#running = next
    this.#worker ??= this.#start()
    this.#worker.ref()
    this.#worker.postMessage({ task: next.task, name: next.name, args: next.args } satisfies QueryTask)
  }

  #start(): Worker {
    const workerData: ThreadData = { ...this.#files, cancelled: this.#cancelled.buffer }
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB }
    const worker = new Worker(this.#entryFile, { workerData, resourceLimits })
    let death: Error = new HeadlightError('internal', 'The thread that answers questions about samples ended.')
    worker.on('message', (reply: QueryReply) => {
      const running = this.#running
      if (running?.task !== reply.task) return
      this.#running = null
      if ('answer' in reply) running.resolve(reply.answer)
      else running.reject(fromErrorValue(reply.error))
      this.#pump()
    })
    worker.on('error', (error) => (death = error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null
      this.#running?.reject(this.#closed ? cancelled() : death)
      this.#running = null
      if (!this.#closed) this.#pump()
    })
    return worker
  }
}

function cancelled(): HeadlightError {
  return new HeadlightError('cancelled', 'Cancelled.')
}
