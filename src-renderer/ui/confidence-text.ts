import type { RunInfo } from '@shared/api'
import { formatShare, formatValue } from './format'

/** Whether a run explains a number, of which there is no probability and no class. */
export const isNumber = ({ definition }: Pick<RunInfo, 'definition'>): boolean => definition.task === 'regression'

/** How sure the prediction is, in percent; the number itself where a run explains one. */
export function confidenceText(run: Pick<RunInfo, 'definition'>, confidence: number | null): string {
  if (!isNumber(run)) return formatShare(confidence)
  return confidence === null || Number.isNaN(confidence) ? '–' : formatValue(confidence).replace('-', '−')
}
