import { HeadlightError, toErrorValue } from '@shared/errors'
import type { ProviderChoice, RunInfo, RunProgress, RunState } from '@shared/api'
import type { BatchResult, ComputeApi } from '../compute/api'
import type { PendingSample } from '../library/api'
import type { Remote } from '../process'
import { BatchPolicy } from './batch-policy'
import type { ComputeSource, Library } from './compute-source'
import { errorOnly } from './error-batch'
import { SampleFeed } from './sample-feed'
import { Throughput } from './throughput'

export interface RunJobOptions {
  library: Library
  compute: ComputeSource
  run: RunInfo
  onProgress(progress: RunProgress): void
  /** The provider was chosen; what it passed over, and why, is in `choice`. */
  onProvider?(choice: ProviderChoice): void
}

/** A batch under way; `outcome` never rejects, so that a batch nobody waits for yet cannot end the process. */
interface Flight {
  samples: PendingSample[]
  outcome: Promise<{ result: BatchResult } | { error: unknown }>
}

interface Session {
  api: Remote<ComputeApi>
  id: number
}

const PREPARE_TRIES = 3

/** Computes what a run still lacks, from the first pending sample to the last. One use: a resumed run is a new job. */
export class RunJob {
  readonly #options: RunJobOptions
  readonly #throughput = new Throughput()
  readonly #feed: SampleFeed
  #policy: BatchPolicy | null = null
  #progress: RunProgress
  #stopState: 'paused' | 'cancelled' | null = null
  /** The write under way. Results are written one batch after another, while the next ones are computed. */
  #committing: Promise<void> = Promise.resolve()

  constructor(options: RunJobOptions) {
    const { run, library } = options
    this.#options = options
    this.#feed = new SampleFeed(library, run.id)
    this.#progress = startOf(run)
  }

  /** Runs to the end, to `stop`, or to a failure that is kept with the run; gives the run as it is then. */
  async execute(): Promise<RunInfo> {
    const { library, run } = this.#options
    try {
      await library.setRunState(run.id, 'running')
      await this.#computeAll()
      await this.#end(this.#stopState ?? 'finished')
    } catch (error) {
      const { code, message } = toErrorValue(error)
      if (code === 'internal') console.error(error)
      await this.#end('failed', message)
    }
    return library.run(run.id)
  }

  /** Finishes the batches under way, saves them, and ends in this state. */
  stop(state: 'paused' | 'cancelled'): void {
    this.#stopState ??= state
    this.#report({ phase: state === 'paused' ? 'Pausing after this batch' : 'Cancelling after this batch' })
  }

  async #end(state: RunState, error?: string): Promise<void> {
    await this.#options.library.setRunState(this.#options.run.id, state, error)
    this.#report({ state, phase: '', secondsLeft: null })
  }

  async #computeAll(): Promise<void> {
    if (await this.#feed.isEmpty()) return
    let session = await this.#prepareSurvivingDeaths()
    let flights: Flight[] = []
    for (;;) {
      await this.#launch(session, flights)
      const flight = flights.shift()
      if (!flight) break
      const outcome = await flight.outcome
      if ('result' in outcome) {
        this.#policy?.succeeded(flight.samples.map(({ id }) => id))
        await this.#commitAfterPrevious(outcome.result)
        continue
      }
      const { code } = toErrorValue(outcome.error)
      if (code === 'process-died') {
        const lost = [flight, ...flights].flatMap(({ samples }) => samples)
        flights = []
        // What was lost stays pending; a stopping run does not start over for it.
        if (this.#stopState) break
        await this.#handleLoss(lost, outcome.error)
        session = await this.#prepareSurvivingDeaths()
      } else if (code === 'out-of-memory') {
        await this.#handleLoss(flight.samples, outcome.error)
      } else {
        throw outcome.error
      }
    }
    await this.#committing
    await session.api.close(session.id).catch(() => undefined)
  }

  /** Fills up the batches under way. */
  async #launch({ api, id }: Session, flights: Flight[]): Promise<void> {
    const policy = this.#policy
    while (policy && !this.#stopState && flights.length < policy.underWay) {
      const samples = await this.#feed.take(policy.size)
      if (samples.length === 0) return
      const inputs = samples.map((sample) => ({
        id: sample.id,
        file: sample.file,
        mask: sample.mask,
        target: this.#targetOf(sample),
      }))
      const outcome = api.run(id, inputs).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      )
      flights.push({ samples, outcome })
    }
  }

  #targetOf(sample: PendingSample): number {
    const { target } = this.#options.run.definition
    if (target.kind === 'class') return target.classIndex
    return target.kind === 'label' ? (sample.label ?? -1) : -1
  }

  async #commitAfterPrevious(result: BatchResult): Promise<void> {
    await this.#committing
    this.#committing = this.#commit(result)
    // Awaited before the next write and at the end; until then a failure must not count as unhandled.
    this.#committing.catch(() => undefined)
  }

  async #commit(result: BatchResult): Promise<void> {
    const counts = await this.#options.library.commit(this.#options.run.id, result)
    this.#throughput.add(result.ids.length + result.errors.length)
    const imagesPerSecond = this.#throughput.perSecond()
    const left = Math.max(0, this.#progress.total - counts.done - counts.failed)
    const secondsLeft = imagesPerSecond > 0 ? left / imagesPerSecond : null
    const phase = this.#stopState ? this.#progress.phase : ''
    this.#report({ ...counts, imagesPerSecond, secondsLeft, phase, batch: this.#policy?.size ?? 0 })
  }

  async #handleLoss(lost: PendingSample[], error: unknown): Promise<void> {
    const verdict = this.#policy?.lost(lost.map(({ id }) => id)) ?? 'give-up'
    const [sample] = lost
    if (verdict === 'give-up') throw gaveUp(this.#policy?.fruitless ?? 1, error)
    if (verdict === 'retry') this.#feed.giveBack(lost)
    else if (sample) await this.#commitAfterPrevious(errorOnly(this.#options.run, sample, error))
  }

  /** A session on a living process. Deaths while preparing count like any other. */
  async #prepareSurvivingDeaths(): Promise<Session> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#prepare()
      } catch (error) {
        if (toErrorValue(error).code !== 'process-died') throw error
        if (tries === PREPARE_TRIES) throw gaveUp(tries, error)
      }
    }
  }

  async #prepare(): Promise<Session> {
    const { compute, library, run } = this.#options
    const { modelPath, methods, settings, preprocessing, provider, precision, batch } = run.definition
    this.#report({ phase: this.#policy ? 'Restarting after a crash' : 'Compiling the explain graph' })
    const api = compute.acquire()
    const prepared = await api.prepare({
      modelPath,
      methods,
      settings,
      preprocessing,
      provider,
      precision,
      batch: this.#policy?.size ?? batch,
      expectedHash: run.model.hash,
    })
    if (!this.#policy || this.#policy.size > prepared.batch) this.#policy = new BatchPolicy(prepared.batch)
    await library.setRunProvider(run.id, prepared.choice.provider)
    this.#options.onProvider?.(prepared.choice)
    this.#throughput.restart()
    this.#report({ provider: prepared.choice.provider, batch: this.#policy.size, phase: 'First batch' })
    return { api, id: prepared.session }
  }

  #report(change: Partial<RunProgress>): void {
    this.#progress = { ...this.#progress, ...change }
    this.#options.onProgress(this.#progress)
  }
}

function startOf(run: RunInfo): RunProgress {
  const { id, done, failed, total, correct, labelled, provider } = run
  const unknown = { imagesPerSecond: 0, secondsLeft: null, batch: 0, phase: '' }
  return { runId: id, state: 'running', done, failed, total, correct, labelled, provider, ...unknown }
}

function gaveUp(times: number, cause: unknown): HeadlightError {
  const message = `Computing ended unexpectedly ${times} times in a row without a result. Try a smaller batch, another provider or the CPU; what was computed is kept.`
  return new HeadlightError('process-died', message, { cause })
}
