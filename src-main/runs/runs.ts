import { HeadlightError, toErrorValue } from '@shared/errors'
import {
  type BeginStep,
  explainedPart,
  type ModelChoice,
  modelChoice,
  type ModelInfo,
  type ProviderChoice,
  type RunInfo,
  type RunProgress,
  type StartRun,
} from '@shared/api'
import type { Certificate } from '@headlight/explain/report'
import { Certificates } from './certificates'
import type { InspectedModel } from '../compute/api'
import { assertSupported } from '../compute/supported'
import type { ComputeSource, Library } from './compute-source'
import type { ListedDataset } from '../library/run/api'
import { withProgress } from './with-progress'
import { choiceOfRun, keepClassVectors } from './kept-class-vectors'
import { inspectFor } from './inspect'
import { modelInfo, planRun } from './plan'
import { RunJob } from './run-job'

export interface RunsOptions {
  library: Library
  compute: ComputeSource
  /** What is known of models already; of this program's life only, unless given. */
  certificates?: Certificates
  /** Every step; coalesce where it is shown. The last one of a run has its final state. */
  onProgress(progress: RunProgress): void
  onProvider?(choice: ProviderChoice): void
  /** What is done before a run can compute. */
  onBeginning?(step: BeginStep): void
  /** Called with the number of images found so far, while the dataset of a run is listed. */
  onListing?(found: number): void
  /** The dataset of a run was listed, and its labels matched. */
  onListed?(listed: ListedDataset): void
  /** A run could not even record that it failed. */
  onLost?(message: string): void
}

interface ActiveRun {
  runId: number
  job: RunJob
  /** Settles with the run as it ended. */
  ended: Promise<RunInfo>
}

/** Begins, computes, pauses and cancels the runs of the open project. One run computes at a time; see RunQueue. */
export class Runs {
  readonly #options: RunsOptions
  readonly #certificates: Certificates
  #active: ActiveRun | null = null

  constructor(options: RunsOptions) {
    this.#options = options
    this.#certificates = options.certificates ?? new Certificates(options.compute)
  }

  /** The run that computes. */
  get active(): number | null {
    return this.#active?.runId ?? null
  }

  /** Begins a run and computes it in the background, as `begin`. Throws 'usage' while another computes. */
  async start(request: StartRun, inspected?: InspectedModel): Promise<RunInfo> {
    this.#assertIdle()
    return this.launch(await this.begin(request, inspected))
  }

  /**
   * Plans, checks and records a run, or finds the one of the same definition, without computing anything of it.
   * @param inspected the model with the files that the request names, where they were read already
   */
  async begin(request: StartRun, inspected?: InspectedModel): Promise<RunInfo> {
    const { library, onListing, onBeginning } = this.#options
    onBeginning?.('Reading the model')
    const read = inspected ?? (await inspectFor(this.#options.compute, request))
    const definition = planRun(request, read)
    const model = modelInfo(read)
    onBeginning?.('Checking its gradients against finite differences')
    const certificate = await this.certify(model, request)
    const project = await library.project.current()
    if (project) await keepClassVectors(project.path, definition, modelChoice(request), this.#options.compute)
    onBeginning?.('Listing the dataset')
    const beginning = library.runs.begin({ definition, model, certificate })
    const { listed, ...run } = await withProgress(
      library,
      beginning,
      ({ task, done }) => task === 'list' && onListing?.(done),
    )
    this.#options.onListed?.(listed)
    return run
  }

  /**
   * Makes a run that was begun ready to go on: images that failed get another try where that may help. Throws
   * 'model-changed' where its model is another now.
   */
  async makeReady(runId: number): Promise<RunInfo> {
    const { library, compute } = this.#options
    const run = await library.runs.get({ runId })
    const choice = choiceOfRun(run.definition, (await library.project.current())?.path ?? null)
    const { modelPath, preprocessing } = run.definition
    await compute.acquire().checkModel({ ...choice, modelPath, preprocessing, expectedHash: run.model.hash })
    return library.runs.retryFailures({ runId })
  }

  /** Computes a run that is ready, in the background. Throws 'usage' while another computes. */
  launch(run: RunInfo): RunInfo {
    this.#assertIdle()
    const job = new RunJob({ ...this.#options, run })
    const ended = job.execute().finally(() => (this.#active = null))
    ended.catch((error: unknown) => this.#options.onLost?.(toErrorValue(error).message))
    this.#active = { runId: run.id, job, ended }
    return { ...run, state: 'running', error: null, errorCode: null }
  }

  /** The passed certificate of a model that was inspected with this choice. Throws 'unsupported-model' with the findings when it fails. */
  async certify(model: ModelInfo, choice: ModelChoice = {}): Promise<Certificate> {
    assertSupported(model)
    const certificate = await this.#certificates.of(model, await this.#formerCertificates(model), { choice })
    if (!certificate.passed) {
      const message = `${model.fileName} failed its check, so its explanations would not be right. ${certificate.failures.join(' ')}`
      throw new HeadlightError('unsupported-model', message)
    }
    return certificate
  }

  /**
   * Finishes the batches under way, saves them and waits. `now` drops them, whatever they hang in. Without effect on a
   * run that does not compute.
   */
  async pause(runId: number, now = false): Promise<void> {
    await this.#stop(runId, 'paused', now)
  }

  async cancel(runId: number): Promise<void> {
    if (this.active === runId) return this.#stop(runId, 'cancelled')
    const run = await this.#options.library.runs.get({ runId })
    if (run.state !== 'finished') await this.#options.library.runs.setState({ runId, state: 'cancelled' })
  }

  /** Pauses whatever computes and waits for it; for closing a project and for leaving the program. */
  async settle(): Promise<void> {
    if (this.#active) await this.#stop(this.#active.runId, 'paused')
  }

  /** Resolves when the run does not compute any more, with the run as it is then. */
  async ended(runId: number): Promise<RunInfo> {
    return this.#active?.runId === runId ? this.#active.ended : this.#options.library.runs.get({ runId })
  }

  async #stop(runId: number, state: 'paused' | 'cancelled', now = false): Promise<void> {
    const active = this.#active
    if (active?.runId !== runId) return
    active.job.stop(state, now)
    // The caller that started it gets its end.
    await active.ended.catch(() => undefined)
  }

  /** Those that runs of the open project were begun with. */
  async #formerCertificates(wanted: ModelInfo): Promise<Certificate[]> {
    const key = JSON.stringify(explainedPart(wanted))
    const runs = (await this.#options.library.project.current())?.runs ?? []
    return runs.flatMap(({ model, certificate }) =>
      certificate && JSON.stringify(explainedPart(model)) === key ? [certificate] : [],
    )
  }

  #assertIdle(): void {
    if (!this.#active) return
    throw new HeadlightError('usage', 'Another run is computing. Pause or cancel it first.')
  }
}
