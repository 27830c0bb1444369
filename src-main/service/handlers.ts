import type { z } from 'zod'
import type { CallName, CallOutput, Calls, EventName, Events } from '@shared/api'
import type { Library } from '../runs/compute-source'
import type { ComputeSource } from '../runs/compute-source'
import type { Certificates } from '../runs/certificates'
import type { RunQueue } from '../runs/run-queue'
import type { EvaluationJobs } from './evaluation-jobs'
import type { ExportJobs } from './export-jobs'
import type { Exporting, ExportThread } from './export-thread'
import type { HeadsByHand } from './heads-by-hand'
import type { Demo } from './places'
import type { RecentProjects } from './recent-projects'

/** What answers a call: its input was checked and has its defaults. `signal` is for calls that can end early. */
export type Handlers = {
  [Name in CallName]: (input: z.output<Calls[Name]['input']>, signal?: AbortSignal) => Promise<CallOutput<Name>>
}

/** The handlers of the calls whose names begin with one of these words. */
export type HandlersOf<Area extends string> = Pick<Handlers, Extract<CallName, `${Area}.${string}`>>

/** What handlers work with. */
export interface ServiceContext {
  library: Library
  compute: ComputeSource
  certificates: Certificates
  queue: RunQueue
  exports: ExportJobs
  evaluations: EvaluationJobs
  /** What evaluations say, in the thread of exports. */
  summaries(): ExportThread['evaluations']
  byHand: HeadsByHand
  drawing: Pick<Exporting, 'preview' | 'figure'>
  recent: RecentProjects
  demo: Demo | null
  /** Folder of the demo project. */
  demoProject: string
  version: string
  /** Paths that were opened from outside and that no window has taken yet. */
  opened: string[]
  shell: 'electron' | 'browser'
  emit<Name extends EventName>(name: Name, event: Events[Name]): void
}
