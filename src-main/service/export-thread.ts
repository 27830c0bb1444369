import { HeadlightError } from '@shared/errors'
import type { Recipe } from '@shared/figure/recipe'
import type { JobControl } from '../exports/control'
import type { FigureFormat } from '../figures/figure'
import type { Remote } from '../process'
import { startThread, type Thread } from '../process/thread'
import type { ComputeSource, Library } from '../runs/compute-source'
import type { ExportThreadApi } from './export-thread-api'
import type { ExportWork, ExportWrite } from './export-work'

/** What makes figures and exports, wherever it does. */
export type Exporting = Pick<ExportWork, 'preview' | 'figure' | 'write'>

export interface ExportThreadOptions {
  entryFile: string
  /** Its name and version, such as 'Headlight 0.1.0'. */
  program: string
}

/**
 * Figures and exports in a thread of their own, which starts when it is needed and again after it died: laying out a
 * thousand labels takes a second, and the thread that starts this one answers every window.
 */
export class ExportThread implements Exporting {
  #thread: Thread<ExportThreadApi> | null = null
  #ended = false
  readonly #controls = new Map<number, JobControl>()
  #lastJob = 0
  readonly #library: Library
  readonly #compute: ComputeSource
  readonly #options: ExportThreadOptions

  constructor(library: Library, compute: ComputeSource, options: ExportThreadOptions) {
    this.#library = library
    this.#compute = compute
    this.#options = options
  }

  preview(recipe: Recipe, signal?: AbortSignal) {
    return this.#acquire().preview(recipe, { signal })
  }

  figure(recipe: Recipe, format: FigureFormat, signal?: AbortSignal) {
    return this.#acquire().figure(recipe, format, { signal })
  }

  /** What kept evaluations say. */
  get evaluations(): Remote<ExportThreadApi>['evaluations'] {
    return this.#acquire().evaluations
  }

  async write(request: ExportWrite, control: JobControl) {
    const job = ++this.#lastJob
    const api = this.#acquire()
    const cancel = () => void api.cancel(job).catch(() => undefined)
    this.#controls.set(job, control)
    control.signal.addEventListener('abort', cancel, { once: true })
    try {
      return await api.write(job, request)
    } finally {
      control.signal.removeEventListener('abort', cancel)
      this.#controls.delete(job)
    }
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#thread?.end()
  }

  #acquire(): Remote<ExportThreadApi> {
    if (this.#ended) throw new HeadlightError('process-died', 'Headlight is closing.')
    this.#thread ??= this.#start()
    return this.#thread.api
  }

  #start(): Thread<ExportThreadApi> {
    const { entryFile, program } = this.#options
    const thread = startThread<ExportThreadApi>(entryFile, this.#answers(), {
      name: 'exports',
      workerData: program,
    })
    void thread.exited.then(() => {
      if (this.#thread === thread) this.#thread = null
    })
    return thread
  }

  /** What the thread asks of this one: both processes, and how its jobs are steered. */
  #answers() {
    const [compute, controls] = [this.#compute, this.#controls]
    return {
      library: this.#library,
      get compute() {
        return compute.acquire()
      },
      jobs: {
        step: (job: number, done: number, total: number) => controls.get(job)?.step(done, total),
      },
    }
  }
}
