import type { Recipe } from '@shared/figure/recipe'
import type { ComputeApi } from '../compute/api'
import type { FigureFormat } from '../figures/figure'
import type { LibraryApi } from '../library/api'
import type { Abortable, Remote } from '../process'
import { EvaluationSummaries } from '../runs/evaluation/evaluation-summaries'
import { ExportWork, type ExportWrite } from './export-work'

/** What the thread that started this one answers. */
export interface ExportThreadParent {
  library: LibraryApi
  compute: ComputeApi
  jobs: {
    /** Says how far a job came; waits while it is paused. Throws 'cancelled'. */
    step(job: number, done: number, total: number): Promise<void>
  }
}

/** The calls of an export thread. */
export class ExportThreadApi {
  readonly #work: ExportWork
  readonly #parent: Remote<ExportThreadParent>
  readonly #jobs = new Map<number, AbortController>()
  /** Resampled here, since that takes seconds. */
  readonly evaluations: EvaluationSummaries

  constructor(parent: Remote<ExportThreadParent>, program: string) {
    this.#work = new ExportWork(parent.library, { acquire: () => parent.compute }, program)
    this.#parent = parent
    this.evaluations = new EvaluationSummaries(parent.library)
  }

  preview(recipe: Recipe, { signal }: Abortable) {
    return this.#work.preview(recipe, signal)
  }

  figure(recipe: Recipe, format: FigureFormat, { signal }: Abortable) {
    return this.#work.figure(recipe, format, signal)
  }

  async write(job: number, request: ExportWrite) {
    const abort = new AbortController()
    this.#jobs.set(job, abort)
    try {
      return await this.#work.write(request, {
        signal: abort.signal,
        step: (done, total) => this.#parent.jobs.step(job, done, total),
      })
    } finally {
      this.#jobs.delete(job)
    }
  }

  /** The answer of `write` comes when what it left has been cleaned up. */
  cancel(job: number): void {
    this.#jobs.get(job)?.abort()
  }
}
