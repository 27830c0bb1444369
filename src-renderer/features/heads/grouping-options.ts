import { type Grouping, GROUPS } from '../../shared/heads/heads-state'

const GROUP_NAMES: Record<Grouping, string> = {
  class: 'By class of the label',
  label: 'By label',
  split: 'By split',
  prediction: 'By prediction',
  correct: 'By correctness',
}

export const groupingOptions = (groupings: readonly Grouping[] = GROUPS) =>
  groupings.map((value) => ({ value, label: GROUP_NAMES[value] }))
