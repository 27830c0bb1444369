import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { ExportJob } from '@shared/api'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { PausableControl } from '../exports/control'
import { refuseForWindow, refuseProtected } from '../exports/target'
import type { Library } from '../runs/compute-source'
import { Coalesced } from '../runs/coalesce'
import type { Exporting } from './export-thread'
import type { ExportWrite } from './export-work'

const PROGRESS_MS = 200
/** Finished jobs that stay listed; older ones are dropped. */
const KEPT = 20

interface Entry {
  job: ExportJob
  control: PausableControl
  work: Promise<void>
}

/** Exports of the open project, each a job of its own in the background. */
export class ExportJobs {
  readonly #entries = new Map<number, Entry>()
  #last = 0
  readonly #library: Library
  readonly #exporting: Exporting
  readonly #onChange: (job: ExportJob) => void

  constructor(library: Library, exporting: Exporting, onChange: (job: ExportJob) => void) {
    this.#library = library
    this.#exporting = exporting
    this.#onChange = onChange
  }

  list(): ExportJob[] {
    return [...this.#entries.values()].map(({ job }) => ({ ...job })).reverse()
  }

  async start(request: ExportWrite): Promise<ExportJob> {
    const { what, format, out, replace } = request
    if (!isAbsolute(out)) throw new HeadlightError('usage', `${out} is not an absolute path; choose a folder.`)
    if (what !== 'overlays' && !replace && existsSync(out)) {
      throw new HeadlightError('usage', `${out} is there already; choose another name, or allow it to be replaced.`)
    }
    const project = await this.#library.project.current()
    if (project === null) throw new HeadlightError('usage', 'No project is open; open or create one first.')
    const target = { out, isFolder: what === 'overlays' }
    refuseForWindow(target, format, project)
    refuseProtected(target, project)
    const writing = [...this.#entries.values()].some(({ job }) => job.out === out && isUnderWay(job))
    if (writing) throw new HeadlightError('usage', `${out} is being written by another export.`)
    const id = ++this.#last
    const job: ExportJob = { id, what, format, out, state: 'running', done: 0, total: 0, report: null, error: null }
    const told = new Coalesced<ExportJob>(PROGRESS_MS, this.#onChange)
    const control = new PausableControl((done, total) => {
      Object.assign(job, { done, total })
      told.push({ ...job })
    })
    const work = this.#exporting.write(request, control).then(
      (report) => Object.assign(job, { state: 'finished', report }),
      (error: unknown) => {
        const { code, message } = toErrorValue(error)
        const cancelled = code === 'cancelled' || control.signal.aborted
        Object.assign(job, cancelled ? { state: 'cancelled' } : { state: 'failed', error: { code, message } })
      },
    )
    const ended = work.then(() => {
      told.push({ ...job })
      told.flush()
    })
    this.#entries.set(id, { job, control, work: ended })
    this.#forgetOldest()
    return { ...job }
  }

  pause(id: number): void {
    const { job, control } = this.#entry(id)
    if (job.state !== 'running') return
    control.pause()
    this.#change(job, 'paused')
  }

  resume(id: number): void {
    const { job, control } = this.#entry(id)
    if (job.state !== 'paused') return
    this.#change(job, 'running')
    control.resume()
  }

  async cancel(id: number): Promise<void> {
    const { control, work } = this.#entry(id)
    control.cancel()
    await work
  }

  /** Ends what is under way: its project is about to close. */
  async settle(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.cancel(id)))
  }

  #change(job: ExportJob, state: ExportJob['state']): void {
    job.state = state
    this.#onChange({ ...job })
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id)
    if (entry === undefined) throw new HeadlightError('not-found', `There is no export ${id}.`)
    return entry
  }

  #forgetOldest(): void {
    for (const [id, { job }] of this.#entries) {
      if (this.#entries.size <= KEPT) return
      if (!isUnderWay(job)) this.#entries.delete(id)
    }
  }
}

function isUnderWay({ state }: ExportJob): boolean {
  return state === 'running' || state === 'paused'
}
