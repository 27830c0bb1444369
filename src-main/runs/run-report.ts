import type { RunInfo, RunProgress } from '@shared/api'
import type { AwakeClock } from './awake-clock'
import { Throughput } from './throughput'

type Counts = Pick<RunProgress, 'done' | 'failed' | 'correct' | 'labelled'>

/** Progress of a run: counts, rate, time left, phase. */
export class RunReport {
  readonly #throughput: Throughput
  readonly #tell: (progress: RunProgress) => void
  #progress: RunProgress

  constructor(run: RunInfo, clock: AwakeClock, tell: (progress: RunProgress) => void) {
    this.#throughput = new Throughput(() => clock.now())
    this.#tell = tell
    const { id, done, failed, total, correct, labelled, provider } = run
    const unknown = { imagesPerSecond: 0, secondsLeft: null, batch: 0, phase: '', stopping: false }
    this.#progress = { runId: id, state: 'running', done, failed, total, correct, labelled, provider, ...unknown }
  }

  get progress(): RunProgress {
    return this.#progress
  }

  say(change: Partial<RunProgress>): void {
    this.#progress = { ...this.#progress, ...change }
    this.#tell(this.#progress)
  }

  /** `images` more are written; `counts` are the run's as a whole. */
  written(images: number, counts: Counts, change: Pick<RunProgress, 'phase' | 'batch'>): void {
    this.#throughput.add(images)
    const imagesPerSecond = this.#throughput.perSecond()
    const left = Math.max(0, this.#progress.total - counts.done - counts.failed)
    const secondsLeft = imagesPerSecond > 0 ? left / imagesPerSecond : null
    this.say({ ...counts, ...change, imagesPerSecond, secondsLeft })
  }

  /** Restarts the rate, after a pause or a restart. */
  restartRate(): void {
    this.#throughput.restart()
  }
}
