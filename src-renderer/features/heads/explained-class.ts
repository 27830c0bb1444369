/** Which class the maps and head scores of two groups explain. Where it differs, part of a difference between the groups comes from the class. */
import type { RunInfo } from '@shared/api'
import { chosenFlag, onlyLabel, onlyName } from '../../ui/filter/filter-terms'
import type { Side } from './comparison'

/** What is explained of a filter's samples, in words; null where the filter does not say. */
function explained({ definition }: RunInfo, filter: string): string | null {
  const [label, prediction] = [onlyLabel(filter), onlyName(filter, 'prediction')]
  const correct = chosenFlag(filter, 'correct')
  switch (definition.target.kind) {
    case 'predicted':
      if (prediction !== null) return prediction
      if (correct === true) return label ?? 'their labels'
      return correct === false ? 'what they are taken for' : null
    case 'label':
      return label ?? (correct === true ? prediction : null)
    default:
      return null
  }
}

/** Two groups by whether they are correct. */
const GROUPS: Record<string, [string, string]> = {
  'false,true': ['Failures explain', 'the others'],
  'true,false': ['Correct ones explain', 'failures'],
}

/** What to keep in mind of two groups that are not compared within labels, or that explain different classes. */
export function classCaution(run: RunInfo, sides: [Side, Side], withinLabels: boolean): string | null {
  const [a, b] = sides.map(({ filter }) => explained(run, filter))
  const labels = sides.map(({ filter }) => onlyLabel(filter))
  if (a && b && a !== b) {
    const outcomes = sides.map(({ filter }) => chosenFlag(filter, 'correct'))
    const [these, others] = GROUPS[outcomes.join()] ?? ['The first group explains', 'the second']
    return `${these} ${a}, ${others} ${b}: part of a difference is that of the classes.`
  }
  if (a && a === b && labels[0] !== labels[1]) return `Both groups explain ${a}; their labels differ.`
  if (withinLabels || labels.some((label) => label !== null)) return null
  return 'Classes differ in weights and in accuracy, which alone can make a difference. Compare within labels as well.'
}
