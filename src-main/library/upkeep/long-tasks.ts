import type { ProjectCheck, RelinkPreview, TaskProgress } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'
import type { QueryLane } from '../queries/query-lane'
import { type CheckOptions, checkProject } from './check-project'
import { applyRelink, planRelink, previewOf, type RelinkPlan } from './relink-dataset'

/** The long tasks, how far the one under way is, and the relink that was shown last. */
export class LongTasks {
  #current: TaskProgress | null = null
  #plan: { id: number; project: Project; plan: RelinkPlan } | null = null
  #nextPlan = 1

  /** Null while nothing is under way. */
  progress(): TaskProgress | null {
    return this.#current
  }

  check(project: Project, options: Omit<CheckOptions, 'progress'>): Promise<ProjectCheck> {
    return this.#follow('check', (progress) => checkProject(project, { ...options, progress }))
  }

  async preview(
    project: Project,
    lane: QueryLane,
    options: { datasetId: number; path: string; signal?: AbortSignal },
  ): Promise<RelinkPreview> {
    const plan = await this.#follow('relink', (progress) => planRelink(project, lane, { ...options, progress }))
    const id = this.#nextPlan++
    this.#plan = { id, project, plan }
    return previewOf(project, id, plan)
  }

  /** Applies the relink that was shown last. Throws 'usage' for any other. */
  apply(project: Project, id: number): void {
    const shown = this.#plan
    if (shown?.id !== id || shown.project !== project) {
      throw new HeadlightError('usage', 'Look at what relinking would find first; this preview is not the last one.')
    }
    this.#plan = null
    applyRelink(project, shown.plan)
  }

  /** Lists a dataset: `work` tells how many samples it has found. */
  list<Result>(work: (onFound: (samples: number) => void) => Promise<Result>): Promise<Result> {
    return this.#follow('list', (progress) => work((found) => progress('Listing images', found, 0)))
  }

  async #follow<Result>(
    task: TaskProgress['task'],
    work: (progress: (phase: string, done: number, total: number) => void) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await work((phase, done, total) => (this.#current = { task, phase, done, total }))
    } finally {
      this.#current = null
    }
  }
}
