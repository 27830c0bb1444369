import type { RunInfo, StartRun } from '@shared/api'
import { toErrorValue } from '@shared/errors'
import type { Library } from './compute-source'
import { isPauseCauseGone } from './pause-cause'
import type { Runs } from './runs'

export interface RunQueueOptions {
  library: Library
  runs: Runs
  /** The order changed, or a run entered or left. */
  onChanged(): void
  /** A run of the queue could not be computed; the next one is. */
  onPassedOver(message: string): void
  /** A run paused by itself, and goes on by itself. */
  onWatching(message: string): void
  /** How often the cause of an automatic pause is checked; ten seconds unless told otherwise. */
  lookEveryMs?: number
}

const LOOK_EVERY_MS = 10_000

/**
 * Runs that wait for their turn, in an order that is kept with the project. When one has ended the next starts by
 * itself; a pause holds the whole queue. A run that paused because of a full disk or a missing dataset goes on when the cause is gone.
 */
export class RunQueue {
  readonly #options: RunQueueOptions
  /** Changes of the queue go one after another. */
  #turn: Promise<unknown> = Promise.resolve()
  #settling = false
  #watch: { runId: number; timer: NodeJS.Timeout } | null = null

  constructor(options: RunQueueOptions) {
    this.#options = options
  }

  /** Begins a run, or finds the one of the same definition; computes it now, or after the runs that wait. */
  async start(request: StartRun): Promise<RunInfo> {
    const { id } = await this.#options.runs.begin(request)
    return this.#inTurn(() => this.#computeOrQueue(id))
  }

  /** Goes on with a run: now, or after the one that computes. Throws 'model-changed' where its model is another now. */
  async resume(runId: number): Promise<RunInfo> {
    return this.#inTurn(() => this.#computeOrQueue(runId))
  }

  /** Pauses the run that computes, and with it the queue; a run that waits leaves the queue. */
  async pause(runId: number, now = false): Promise<void> {
    this.#unwatch()
    await this.#options.runs.pause(runId, now)
    await this.#inTurn(() => this.#leave(runId))
  }

  /** The next run starts in its place. */
  async cancel(runId: number): Promise<void> {
    if (this.#watch?.runId === runId) this.#unwatch()
    await this.#inTurn(() => this.#leave(runId))
    await this.#options.runs.cancel(runId)
    this.#options.onChanged()
  }

  /** Runs that do not wait are passed over; those that are not named come last. */
  async order(runIds: readonly number[]): Promise<void> {
    const { library, onChanged } = this.#options
    await this.#inTurn(async () => {
      const queue = await library.runs.queue()
      const named = runIds.filter((id) => queue.includes(id))
      await library.runs.setQueue({ runIds: [...new Set([...named, ...queue])] })
    })
    onChanged()
  }

  /** Computes the first run that waits, unless one computes. */
  async goOn(): Promise<void> {
    await this.#inTurn(() => this.#next())
  }

  /** Pauses what computes and waits for it, for closing; it goes before the others, so that one click goes on. */
  async settle(): Promise<void> {
    const { runs, library } = this.#options
    this.#unwatch()
    this.#settling = true
    try {
      const { active } = runs
      await runs.settle()
      await this.#turn
      if (active === null) return
      const [queue, { state }] = await Promise.all([library.runs.queue(), library.runs.get({ runId: active })])
      if (queue.length > 0 && state === 'paused') await library.runs.setQueue({ runIds: [active, ...queue] })
    } finally {
      this.#settling = false
    }
  }

  async #computeOrQueue(runId: number): Promise<RunInfo> {
    const { runs, library, onChanged } = this.#options
    if (runs.active === runId) return library.runs.get({ runId })
    if (runs.active === null) return this.#compute(runId)
    await library.runs.setQueue({ runIds: [...(await library.runs.queue()), runId] })
    onChanged()
    return library.runs.get({ runId })
  }

  async #compute(runId: number): Promise<RunInfo> {
    const { runs } = this.#options
    if (this.#watch?.runId === runId) this.#unwatch()
    const running = runs.launch(await runs.makeReady(runId))
    // It runs: it waits no more. Were the program killed in between, a running run counts before a waiting one.
    await this.#leave(runId)
    runs
      .ended(runId)
      .then(
        (run) => this.#afterEnd(run),
        // The run has reported the error; it could not be recorded.
        () => undefined,
      )
      .catch((error: unknown) => this.#options.onPassedOver(toErrorValue(error).message))
    return running
  }

  async #leave(runId: number): Promise<void> {
    const { library, onChanged } = this.#options
    const queue = await library.runs.queue()
    if (!queue.includes(runId)) return
    await library.runs.setQueue({ runIds: queue.filter((id) => id !== runId) })
    onChanged()
  }

  async #afterEnd(run: RunInfo): Promise<void> {
    if (this.#settling) return
    const { library, onPassedOver } = this.#options
    const { state, errorCode } = run
    // A cause that seems gone at once is misleading (a quota, an unstable disk): the user decides.
    if (state === 'paused' && errorCode !== null && !(await isPauseCauseGone(library, run))) this.#watchOver(run)
    // Another run would meet the same full disk, and a user who paused wants the machine free.
    if (state === 'paused' && errorCode !== 'dataset-gone') return
    await this.goOn().catch((error: unknown) => onPassedOver(toErrorValue(error).message))
  }

  /** Starts the first run that can be started. */
  async #next(): Promise<void> {
    const { runs, library, onPassedOver, onChanged } = this.#options
    while (runs.active === null && !this.#settling) {
      const [next] = await library.runs.queue()
      if (next === undefined) return
      try {
        await this.#compute(next)
      } catch (cause) {
        const error = toErrorValue(cause)
        if (error.code === 'disk-full') throw cause
        await library.runs.setState({ runId: next, state: 'failed', error })
        await this.#leave(next)
        onPassedOver(`A waiting run was passed over. ${error.message}`)
      }
      onChanged()
    }
  }

  /** Goes on with a run that paused by itself once its cause has passed, unless something else computes. */
  #watchOver(run: RunInfo): void {
    const { library, runs, onWatching, lookEveryMs = LOOK_EVERY_MS } = this.#options
    this.#unwatch()
    const look = async () => {
      if (runs.active !== null || !(await isPauseCauseGone(library, run)) || this.#watch?.timer !== timer) return
      await this.resume(run.id)
    }
    // A failed check counts as a cause that is not gone.
    const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs).unref()
    this.#watch = { runId: run.id, timer }
    onWatching(`“${run.name}” paused. ${run.error ?? ''} While Headlight is open, it goes on by itself after that.`)
  }

  #unwatch(): void {
    if (this.#watch) clearInterval(this.#watch.timer)
    this.#watch = null
  }

  #inTurn<Answer>(change: () => Promise<Answer>): Promise<Answer> {
    const changed = this.#turn.then(change)
    // The caller gets the error; the next change runs in any case.
    this.#turn = changed.catch(() => undefined)
    return changed
  }
}
