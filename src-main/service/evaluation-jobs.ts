import type { EvaluationInfo, EvaluationRequest } from '@shared/api'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { ablateRun } from '../runs/evaluation/ablate-run'
import { type AskedEvaluation, AskedEvaluations } from '../runs/evaluation/asked-evaluations'
import { evaluateRun } from '../runs/evaluation/evaluate-run'
import { headsOf, mapsOf } from '../runs/evaluation/evaluation-requests'
import { Coalesced } from '../runs/coalesce'
import type { ComputeSource, Library } from '../runs/compute-source'

const PROGRESS_MS = 200

interface Job {
  info: EvaluationInfo
  asked: AskedEvaluation
  abort: AbortController
  told: Coalesced<EvaluationInfo>
  /** Resolves when it does not compute any more; null while it waits. */
  work: Promise<void> | null
}

interface Options {
  library: Library
  compute: ComputeSource
  onChange(info: EvaluationInfo): void
}

/**
 * Evaluations of the open project, one after the other in the background. What was asked for is kept with the project, and what
 * was measured with its samples, so that one that was left, or ended with the program, goes on from there.
 */
export class EvaluationJobs {
  /** Those that were begun since the project was opened, in their order; by run and id. */
  readonly #jobs = new Map<string, Job>()
  readonly #options: Options
  readonly #asked: AskedEvaluations

  constructor(options: Options) {
    this.#options = options
    this.#asked = new AskedEvaluations(options.library)
  }

  /** Of a run, the newest first. */
  async list(runId: number): Promise<EvaluationInfo[]> {
    const all = await this.#asked.list(runId)
    return all.map((asked) => ({ ...(this.#jobs.get(keyOf(asked))?.info ?? infoOf(asked)) }))
  }

  /** Throws 'usage' where no sample matches the filter. */
  async start(runId: number, request: EvaluationRequest): Promise<EvaluationInfo> {
    const known = (await this.list(runId)).find((info) => isSame(info.request, request))
    if (known?.state === 'running' || known?.state === 'queued') return known
    return this.#enqueue(await this.#asked.ask(runId, request))
  }

  async resume(runId: number, id: number): Promise<EvaluationInfo> {
    const job = this.#jobs.get(keyOf({ runId, id }))
    if (job !== undefined && isUnderWay(job)) return { ...job.info }
    return this.#enqueue(await this.#asked.get(runId, id))
  }

  /** Waits for what is under way; without effect on one that does not compute. */
  async pause(runId: number, id: number): Promise<void> {
    const job = this.#jobs.get(keyOf({ runId, id }))
    if (job === undefined || !isUnderWay(job)) return
    job.abort.abort()
    if (job.work === null) this.#change(job, { state: 'paused', phase: null, secondsLeft: null })
    await job.work
  }

  /** Pauses every one of a run; it is about to be deleted. */
  async pauseAll(runId: number): Promise<void> {
    // The last ones first, so that none of them begins when another ends.
    const ofRun = [...this.#jobs.values()].filter(({ info }) => info.runId === runId)
    for (const { info } of ofRun.reverse()) await this.pause(runId, info.id)
  }

  async remove(runId: number, id: number): Promise<void> {
    await this.pause(runId, id)
    const { request } = await this.#asked.get(runId, id)
    await this.#asked.remove(runId, request)
    this.#jobs.delete(keyOf({ runId, id }))
  }

  /** Stops what is under way and forgets it: its project is about to close. */
  async settle(): Promise<void> {
    // The last ones first, so that none of them begins when another ends.
    for (const { info } of [...this.#jobs.values()].reverse()) await this.pause(info.runId, info.id)
    this.#jobs.clear()
  }

  #enqueue(asked: AskedEvaluation): EvaluationInfo {
    const info: EvaluationInfo = { ...infoOf(asked), state: 'queued' }
    const told = new Coalesced<EvaluationInfo>(PROGRESS_MS, this.#options.onChange)
    // A later one of the same evaluation stands at the end of the queue.
    this.#jobs.delete(keyOf(asked))
    const job: Job = { info, asked, abort: new AbortController(), told, work: null }
    this.#jobs.set(keyOf(asked), job)
    this.#next()
    this.#change(job, {})
    return { ...info }
  }

  /** Begins the first that waits, unless one computes. */
  #next(): void {
    const jobs = [...this.#jobs.values()]
    if (jobs.some(({ info }) => info.state === 'running')) return
    const next = jobs.find(({ info }) => info.state === 'queued')
    if (next === undefined) return
    next.info.state = 'running'
    next.work = this.#compute(next).finally(() => this.#next())
  }

  async #compute(job: Job): Promise<void> {
    const { asked, abort } = job
    this.#change(job, { phase: 'Reading the model' })
    try {
      const errors = await this.#measure(job)
      const unreadable = new Set(errors.map(({ id }) => id))
      if (unreadable.size === asked.ids.length)
        throw new HeadlightError('unreadable-image', `No image could be read: ${errors[0]!.message}`)
      await this.#asked.finish(asked, unreadable)
      this.#change(job, { state: 'finished', done: asked.ids.length, unreadable: unreadable.size })
    } catch (error) {
      const { code, message } = toErrorValue(error)
      const stopped = abort.signal.aborted || code === 'cancelled'
      this.#change(job, stopped ? { state: 'paused' } : { state: 'failed', error: { code, message } })
    }
  }

  async #measure(job: Job): Promise<readonly { id: number; message: string }[]> {
    const { asked, abort } = job
    const { request, runId } = asked
    const { library, compute } = this.#options
    const [run, rows] = await Promise.all([library.runs.get({ runId }), this.#asked.rows(asked, abort.signal)])
    const options = { library, compute, signal: abort.signal }
    if (request.what === 'heads') {
      const onProgress = (progress: Partial<EvaluationInfo>) => this.#change(job, progress)
      return (await ablateRun(headsOf(run, rows, request), { ...options, onProgress })).errors
    }
    const onProgress = (progress: Partial<EvaluationInfo>) => this.#change(job, { ...progress, phase: 'Maps measured' })
    return (await evaluateRun(mapsOf(run, rows, request), { ...options, onProgress })).errors
  }

  #change({ info, told }: Job, change: Partial<EvaluationInfo>): void {
    const { state } = info
    Object.assign(info, change)
    if (info.state !== 'running') Object.assign(info, { phase: null, secondsLeft: null })
    told.push({ ...info })
    if (info.state !== state) told.flush()
  }
}

function infoOf({ id, runId, request, ids, unreadable, finished }: AskedEvaluation): EvaluationInfo {
  return {
    ...{ id, runId, request, samples: ids.length, unreadable: unreadable.length },
    state: finished ? 'finished' : 'paused',
    ...{ phase: null, done: finished ? ids.length : 0, total: ids.length, secondsLeft: null, error: null },
  }
}

const keyOf = ({ runId, id }: { runId: number; id: number }) => `${runId} ${id}`

const isUnderWay = ({ info }: Job) => info.state === 'running' || info.state === 'queued'

const isSame = (a: EvaluationRequest, b: EvaluationRequest) => JSON.stringify(a) === JSON.stringify(b)
