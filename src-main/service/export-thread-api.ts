import type { Recipe } from '@shared/figure/recipe'
import type { ComputeApi } from '../compute/api'
import type { FigureFormat } from '../figures/figure'
import type { LibraryApi } from '../library/api'
import { type Abortable, type Remote, remoteOf } from '../process/remote'
import type { CallParent } from '../process/thread'
import { ExportWork, type ExportWrite } from './export-work'

/** The answers of the thread that started this one. */
interface Parent {
  /** Says how far a job came; waits while it is paused. Throws 'cancelled'. */
  step(job: number, done: number, total: number): Promise<void>
}

/** The calls of an export thread. */
export class ExportThreadApi {
  private readonly work: ExportWork
  private readonly parent: Remote<Parent>
  private readonly jobs = new Map<number, AbortController>()

  constructor(call: CallParent, program: string) {
    const part = <Api>(name: string) => remoteOf<Api>((method, args) => call(`${name}.${method}`, args))
    const compute = part<ComputeApi>('compute')
    this.work = new ExportWork(part<LibraryApi>('library'), { acquire: () => compute }, program)
    this.parent = part<Parent>('jobs')
  }

  preview(recipe: Recipe, { signal }: Abortable) {
    return this.work.preview(recipe, signal)
  }

  figure(recipe: Recipe, format: FigureFormat, { signal }: Abortable) {
    return this.work.figure(recipe, format, signal)
  }

  async write(job: number, request: ExportWrite) {
    const abort = new AbortController()
    this.jobs.set(job, abort)
    try {
      return await this.work.write(request, {
        signal: abort.signal,
        step: (done, total) => this.parent.step(job, done, total),
      })
    } finally {
      this.jobs.delete(job)
    }
  }

  /** The answer of `write` comes when what it left has been cleaned up. */
  cancel(job: number): void {
    this.jobs.get(job)?.abort()
  }
}
