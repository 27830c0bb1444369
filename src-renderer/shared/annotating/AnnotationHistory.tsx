import type { RunInfo } from '@shared/api'
import { useCommands } from '../../base/commands'
import { historyCommands } from './commands'
import { historySteps } from './history-steps'

/** Undo and redo of annotations, on every screen. In a text field the same keys are the field's own. */
export function AnnotationHistory({ run }: { run: RunInfo | undefined }) {
  useCommands(historyCommands, historySteps(run))
  return null
}
