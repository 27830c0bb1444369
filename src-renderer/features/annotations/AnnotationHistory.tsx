import { walkHistory } from '../../api/annotate'
import { useCommands } from '../../app/commands'
import { historyCommands } from './commands'

/** Undo and redo of annotations, on every screen. In a text field the same keys are the field's own. */
export function AnnotationHistory() {
  useCommands(historyCommands, {
    undo: () => void walkHistory('undo'),
    redo: () => void walkHistory('redo'),
  })
  return null
}
