/** Labels of the dataset that are not matched with a class: their samples are not in any row of the matrix. */
import type { Confusion } from '@shared/api'
import { formatCount } from '../../ui/format'

export interface UnmatchedLabels {
  /** As the dataset writes them. */
  names: readonly string[]
  /** Samples with such a label and a prediction. */
  samples: number
}

export const NO_LABELS: UnmatchedLabels = { names: [], samples: 0 }

export function unmatchedLabels({ datasetLabels }: Pick<Confusion, 'datasetLabels'>): UnmatchedLabels {
  const unmatched = datasetLabels.filter(({ classIndex }) => classIndex === null)
  return {
    names: unmatched.map(({ name }) => name),
    samples: unmatched.reduce((all, { counts }) => counts.reduce((sum, count) => sum + count, all), 0),
  }
}

/** "12 samples have one of 3 labels without a class". */
export function unmatchedText({ names, samples }: UnmatchedLabels): string {
  const who = samples === 1 ? '1 sample has' : `${formatCount(samples)} samples have`
  return `${who} ${names.length === 1 ? 'a label' : `one of ${formatCount(names.length)} labels`} without a class`
}
