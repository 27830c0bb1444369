import type { AnnotationChanged } from './annotation'
import type { EvaluationInfo } from './evaluations'
import type { ExportJob } from './exports'
import type { RunProgress } from './run'
import type { ShellCommand } from './shell'
import type { TaskProgress } from './upkeep'

/** What the main side says unasked. */
export interface Events {
  'run.progress': RunProgress
  /** Results of a run changed, or anything of the open project (null); the window refetches what it shows. */
  'project.changed': { path: string; runId: number | null }
  /** Progress of a check, a relink or the listing of a dataset. */
  'task.progress': TaskProgress
  /** Annotations of the open project changed, by any window. */
  'annotations.changed': Pick<AnnotationChanged, 'samples' | 'terms'>
  /** A view was saved or removed, by any window. */
  'views.changed': { name: string }
  /** Progress of an export, and its end. */
  'export.progress': ExportJob
  /** Progress of an evaluation, its pause and its end. */
  'evaluation.progress': EvaluationInfo
  /** The menu, or a file opened with the desktop application. */
  'shell.command': { command: ShellCommand }
  /** A message for the user, shown once. */
  notice: { level: 'info' | 'warning' | 'error'; message: string }
}
export type EventName = keyof Events
