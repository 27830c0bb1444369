import { type ErrorCode, type ErrorValue, HeadlightError, toErrorValue } from '@shared/errors'
import type { ProviderChoice, RunInfo, RunProgress, RunState } from '@shared/api'
import { classInputs } from '@shared/target-classes'
import { isContrast } from '@shared/targets'
import type { BatchResult, ComputeApi, SampleInput } from '../compute/api'
import type { PendingSample } from '../library/run/api'
import type { Remote } from '../process'
import { AwakeClock } from './awake-clock'
import { BatchPolicy } from './batch-policy'
import type { ComputeSource, Library } from './compute-source'
import { errorOnly } from './error-batch'
import { choiceOfRun } from './kept-class-vectors'
import { LostDataset } from './lost-dataset'
import { LostMasks } from './lost-masks'
import { outOfRoom, roomFor } from './room'
import { RunReport } from './run-report'
import { SampleFeed } from './sample-feed'
import { tellingSilence } from './silence'
import { type RunLibrary, retryingLibrary } from './retrying-library'

export interface RunJobOptions {
  library: Library
  compute: ComputeSource
  run: RunInfo
  onProgress(progress: RunProgress): void
  /** The provider was chosen; what it passed over, and why, is in `choice`. */
  onProvider?(choice: ProviderChoice): void
  /** How long a batch may take before the run says that it waits for it; three minutes unless told otherwise. */
  patienceMs?: number
}

/** A batch under way; `outcome` never rejects, so that a batch nobody waits for yet cannot end the process. */
interface Flight {
  samples: PendingSample[]
  outcome: Promise<Outcome>
}

type Outcome = { result: BatchResult } | { error: unknown }

interface Session {
  api: Remote<ComputeApi>
  id: number
}

const PREPARE_TRIES = 3
const PATIENCE_MS = 3 * 60_000
/** Errors that pause a run: it can go on once their cause is gone. */
const PAUSING: readonly ErrorCode[] = ['disk-full', 'dataset-gone']

/** Computes what a run still lacks, from the first pending sample to the last. One use: a resumed run is a new job. */
export class RunJob {
  readonly #options: RunJobOptions
  readonly #library: RunLibrary
  readonly #clock = new AwakeClock()
  readonly #report: RunReport
  readonly #feed: SampleFeed
  readonly #lostDataset: LostDataset
  readonly #lostMasks: LostMasks
  #policy: BatchPolicy | null = null
  #session: Session | null = null
  #stopState: 'paused' | 'cancelled' | null = null
  /** The write under way. Results are written one batch after another, while the next ones are computed. */
  #committing: Promise<void> = Promise.resolve()

  constructor(options: RunJobOptions) {
    const { run, library, onProgress } = options
    this.#options = options
    this.#library = retryingLibrary(library, () => library.runs.setState({ runId: run.id, state: 'running' }))
    this.#report = new RunReport(run, this.#clock, onProgress)
    this.#feed = new SampleFeed(this.#library, run.id)
    this.#lostDataset = new LostDataset(run.definition)
    this.#lostMasks = new LostMasks(run.definition)
  }

  /** Runs to the end, to `stop`, or to a failure that is kept with the run; gives the run as it is then. */
  async execute(): Promise<RunInfo> {
    const { run } = this.#options
    try {
      await this.#library.runs.setState({ runId: run.id, state: 'running' })
      await this.#computeAll()
      await this.#end(this.#stopState ?? 'finished')
    } catch (cause) {
      const error = toErrorValue(await this.#inFullWords(cause))
      if (error.code === 'internal') console.error(cause)
      const state = PAUSING.includes(error.code) ? (this.#stopState ?? 'paused') : 'failed'
      await this.#end(state, error)
    } finally {
      this.#clock.stop()
    }
    return this.#library.runs.get({ runId: run.id })
  }

  /** Finishes the batches under way, saves them, and ends in this state; `now` drops those batches. */
  stop(state: 'paused' | 'cancelled', now = false): void {
    this.#stopState ??= state
    const verb = this.#stopState === 'paused' ? 'Pausing' : 'Cancelling'
    this.#report.say({ phase: now ? verb : `${verb} after this batch`, stopping: true })
    if (now) this.#options.compute.end()
  }

  async #end(state: RunState, error?: Pick<ErrorValue, 'code' | 'message'>): Promise<void> {
    await this.#library.runs.setState({ runId: this.#options.run.id, state, error })
    this.#report.say({ state, phase: '', secondsLeft: null, stopping: false })
  }

  async #computeAll(): Promise<void> {
    if (await this.#feed.isEmpty()) return
    this.#session = await this.#prepareSurvivingDeaths()
    try {
      await this.#work()
      await this.#committing
    } finally {
      // The failure has been thrown before; closing a session of a dead process has no effect.
      await this.#committing.catch(() => undefined)
      await this.#session?.api.close(this.#session.id).catch(() => undefined)
    }
  }

  async #work(): Promise<void> {
    let flights: Flight[] = []
    while (this.#session) {
      await this.#launch(this.#session, flights)
      const flight = flights.shift()
      if (!flight) return
      const outcome = await this.#answer(flight)
      if ('result' in outcome) {
        await this.#take(flight, outcome.result)
        continue
      }
      const { code } = toErrorValue(outcome.error)
      if (code === 'process-died') {
        const lost = [flight, ...flights].flatMap(({ samples }) => samples)
        flights = []
        // What was lost stays pending; a stopping run does not start over for it.
        if (this.#stopState) return
        await this.#handleLoss(lost, outcome.error)
        this.#session = await this.#prepareSurvivingDeaths()
      } else if (code === 'out-of-memory') {
        await this.#handleLoss(flight.samples, outcome.error)
      } else {
        throw outcome.error
      }
    }
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
        reading: sample.reading,
        ...this.#targetOf(sample),
      }))
      const outcome = api.run(id, inputs).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      )
      flights.push({ samples, outcome })
    }
  }

  #targetOf(sample: PendingSample): Pick<SampleInput, 'target' | 'against' | 'query' | 'truth'> {
    return classInputs(this.#options.run.definition.target, sample.label) ?? { target: null }
  }

  /** A slow batch is never ended automatically: the run reports that it waits, and the user decides. */
  #answer({ outcome }: Flight): Promise<Outcome> {
    return tellingSilence(outcome, this.#clock, this.#options.patienceMs ?? PATIENCE_MS, (silentMs) => {
      const { provider, batch } = this.#report.progress
      this.#report.say({
        phase: `No answer from ${provider ?? 'the compute process'} for ${waited(silentMs)} (batch of ${batch}), still waiting`,
      })
    })
  }

  /** Writes a batch, or as much of it as is not the fault of a dataset or masks that went away; that ends the job. */
  async #take({ samples }: Flight, result: BatchResult): Promise<void> {
    this.#policy?.succeeded(samples.map(({ id }) => id))
    const rest = await this.#lostDataset.explains(samples, result)
    const lostMasks = rest ? null : await this.#lostMasks.explains(samples, result)
    if (lostMasks) throw lostMasks
    await this.#commitAfterPrevious(rest ?? result)
    if (rest) throw this.#lostDataset.error()
  }

  async #commitAfterPrevious(result: BatchResult): Promise<void> {
    await this.#committing
    this.#committing = this.#commit(result)
    // Awaited before the next write and at the end; until then a failure must not count as unhandled.
    this.#committing.catch(() => undefined)
  }

  async #commit(result: BatchResult): Promise<void> {
    const counts = await this.#library.runs.commit({ runId: this.#options.run.id, batch: result })
    const phase = this.#stopState ? this.#report.progress.phase : ''
    this.#report.written(result.ids.length + result.errors.length, counts, { phase, batch: this.#policy?.size ?? 0 })
  }

  async #handleLoss(lost: PendingSample[], error: unknown): Promise<void> {
    const verdict = this.#policy?.lost(lost.map(({ id }) => id)) ?? 'give-up'
    const [sample] = lost
    if (verdict === 'give-up') throw gaveUp(this.#policy?.fruitless ?? 1, error)
    if (verdict === 'retry') this.#feed.giveBack(lost)
    else if (sample) await this.#commitAfterPrevious(errorOnly(this.#options.run, sample, error))
  }

  /** A session on a living process, null where the run is stopping. Deaths while preparing count like any other. */
  async #prepareSurvivingDeaths(): Promise<Session | null> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#prepare()
      } catch (error) {
        if (toErrorValue(error).code !== 'process-died') throw error
        if (this.#stopState) return null
        if (tries === PREPARE_TRIES) throw gaveUp(tries, error)
      }
    }
  }

  async #prepare(): Promise<Session> {
    const { compute, run } = this.#options
    const { modelPath, methods, settings, preprocessing, provider, precision, batch } = run.definition
    const { task, target, noObject } = run.definition
    const choice = choiceOfRun(run.definition, (await this.#options.library.project.current())?.path ?? null)
    this.#report.say({ phase: this.#policy ? 'Restarting after a crash' : 'Compiling the explain graph' })
    const api = compute.acquire()
    const prepared = await api.prepare({
      ...choice,
      modelPath,
      task,
      contrast: isContrast(target),
      noObject,
      methods,
      settings,
      preprocessing,
      provider,
      precision,
      batch: this.#policy?.size ?? batch,
      expectedHash: run.model.hash,
    })
    if (!this.#policy || this.#policy.size > prepared.batch) this.#policy = new BatchPolicy(prepared.batch)
    await this.#library.runs.setProvider({ runId: run.id, provider: prepared.choice.provider })
    this.#options.onProvider?.(prepared.choice)
    this.#report.restartRate()
    const phase = this.#stopState ? this.#report.progress.phase : 'First batch'
    this.#report.say({ provider: prepared.choice.provider, batch: this.#policy.size, phase })
    return { api, id: prepared.session }
  }

  /** Adds the space that the rest of the run needs to a full-disk error; other errors are unchanged. */
  async #inFullWords(error: unknown): Promise<unknown> {
    if (toErrorValue(error).code !== 'disk-full') return error
    const [project, run] = await Promise.all([
      this.#library.project.current(),
      this.#library.runs.get({ runId: this.#options.run.id }),
    ])
    return project ? outOfRoom(await roomFor(project, run), error) : error
  }
}

function waited(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}

function gaveUp(times: number, cause: unknown): HeadlightError {
  const message = `Computing ended unexpectedly ${times} times in a row without a result. Try a smaller batch, another provider or the CPU; what was computed is kept.`
  return new HeadlightError('process-died', message, { cause })
}
