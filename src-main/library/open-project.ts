import { setImmediate } from 'node:timers/promises'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { toErrorValue } from '@shared/errors'
import { finishFollowing } from './annotations/change-terms'
import { sealStaleBlocks } from './columns/seal-blocks'
import { reviewKey } from './lineage/join-files'
import { unclaimedRuns } from './lineage/unclaimed-runs'
import { mendClassVectors, removeUnusedClassVectors } from './project/class-vector-files'
import { isDamage } from './project/database-file'
import type { Project } from './project/project'
import { directLane, type QueryLane, ThreadLane } from './queries/query-lane'
import { purgeDeleted } from './run/deleted-runs'
import { finishMatching } from './run/run-labels'
import { readQueue } from './run/run-queue'
import { listRuns, pauseInterruptedRuns, readRun } from './run/run-records'
import { registerFoldCase } from './samples/fold-case'
import { ProjectThumbnails } from './samples/project-thumbnails'
import { locateAll } from './samples/sample-files'
import type { Thumbnails } from './samples/thumbnails'

export interface OpenOptions {
  /** Questions about many samples are answered in threads that start from this file; null: in this thread. */
  entryFile: string | null
  thumbnails: Thumbnails
}

/** The open project with what works on it: lanes for questions, thumbnails, columns that are written in the background. */
export class OpenProject {
  /** A page of rows, maps or annotations: what scrolls into sight. */
  readonly rows: QueryLane
  /** Lists and counts: a window waits for them. */
  readonly lists: QueryLane
  /** Statistics, which may take seconds. */
  readonly statistics: QueryLane
  readonly thumbnails: ProjectThumbnails
  readonly #entryFile: string | null
  #closed = false

  private constructor(
    readonly project: Project,
    { entryFile, thumbnails }: OpenOptions,
    /** What was mended beside the databases, a sentence each. */
    readonly notices: readonly string[],
  ) {
    const { path, networkDisk } = project
    this.#entryFile = entryFile
    this.thumbnails = new ProjectThumbnails(path, networkDisk !== null, reviewKey(project), thumbnails)
    this.rows = this.#newLane()
    this.lists = this.#newLane()
    this.statistics = this.#newLane()
  }

  /** Ends what a former process left half done, and begins to work in the background. Closes the project where it throws. */
  static async enter(project: Project, options: OpenOptions): Promise<OpenProject> {
    try {
      registerFoldCase(project.cache)
      pauseInterruptedRuns(project)
      finishMatching(project)
      await finishFollowing(project)
      const mended = await mendClassVectors(project.path, project.review)
      const opened = new OpenProject(project, options, mended)
      const runs = listRuns(project)
      opened.sealInBackground(runs)
      opened.makeThumbnails(runs.at(-1))
      return opened
    } catch (error) {
      doubtIfDamaged(project, error)
      // Otherwise it would stay open, and its lock held.
      await project.close()
      throw error
    }
  }

  info(): ProjectInfo {
    const { project } = this
    return {
      path: project.path,
      name: project.name,
      runs: listRuns(project),
      queue: readQueue(project),
      notices: [...project.notices, ...this.notices],
      unclaimed: unclaimedRuns(project),
    }
  }

  /** Throws 'not-found'. */
  run(runId: number): RunInfo {
    return readRun(this.project, runId)
  }

  /** Writes the columns of these runs that are not there. Rows answer meanwhile: what fails here costs time only. */
  sealInBackground(runs: readonly RunInfo[]): void {
    this.#sealBlocks(runs).catch((error: unknown) => {
      if (isDamage(error)) this.project.doubt()
      console.error(`Columns of results are not written: ${toErrorValue(error).message}`)
    })
  }

  /** Makes the thumbnails of a run's samples while nothing else is to be done. */
  makeThumbnails(run: RunInfo | undefined): void {
    this.thumbnails.postpone()
    if (run !== undefined) this.thumbnails.makeInAdvance(() => locateAll(this.project, run.id))
  }

  /** For work that reads for so long that statistics would wait for it. */
  async inOwnLane<Result>(work: (lane: QueryLane) => Promise<Result>): Promise<Result> {
    const lane = this.#newLane()
    try {
      return await work(lane)
    } finally {
      await lane.close()
    }
  }

  async close(): Promise<void> {
    const { project, rows, lists, statistics, thumbnails } = this
    this.#closed = true
    await Promise.all([rows.close(), lists.close(), statistics.close(), thumbnails.close()])
    try {
      purgeDeleted(project)
      removeUnusedClassVectors(project.path, project)
    } catch (error) {
      doubtIfDamaged(project, error)
      throw error
    } finally {
      // What cannot be removed now (the disk is full) goes at the next closing; the lock is given back in any case.
      await project.close()
    }
  }

  /** A block at a time, so that whatever is asked meanwhile is answered in between. */
  async #sealBlocks(runs: readonly RunInfo[]): Promise<void> {
    for (const run of runs) {
      const steps = sealStaleBlocks(this.project.cache, run)
      do await setImmediate()
      while (!this.#closed && steps.next().done === false)
    }
  }

  #newLane(): QueryLane {
    const { review, cache, networkDisk } = this.project
    // On a network disk no second connection may read.
    if (this.#entryFile === null || networkDisk !== null) return directLane(this.project)
    return new ThreadLane(this.#entryFile, { review: review.name, cache: cache.name })
  }
}

function doubtIfDamaged(project: Project, error: unknown): void {
  if (isDamage(error) || toErrorValue(error).code === 'project-damaged') project.doubt()
}
