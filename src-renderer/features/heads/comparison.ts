/** The two groups of samples that are compared, as filters. */
import type { RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { className } from '../../base/class-name'
import { allOf, classTerm } from '../../base/class-term'
import type { Comparison, Reference } from '../../shared/heads/heads-state'
import { chosenLabels, onlyLabel, onlyName, withoutFields } from '../../ui/filter/filter-terms'

export const COMPARISON_NAMES: Record<Comparison, string> = {
  outcome: 'Correct against wrong',
  correct: 'Failures against correct ones',
  classes: 'Two classes',
  tag: 'A tag against the rest',
  filters: 'Two filters',
}

export interface Side {
  name: string
  filter: string
}

/** Both sides within a filter; null while something is still to be chosen. */
export function sidesOf(
  run: RunInfo,
  filter: string,
  { compare, a, b, against }: { compare: Comparison; a: string; b: string; against: Reference },
): [Side, Side] | null {
  const side = (name: string, term: string): Side => ({ name, filter: allOf(filter, term) })
  switch (compare) {
    case 'outcome':
      return [side('correct', 'correct:true'), side('wrong', 'correct:false')]
    case 'correct':
      return failuresAndCorrect(run, filter, against)
    case 'classes': {
      const [first, second] = [Number(a || 0), Number(b || 1)]
      if (first === second) return null
      return [
        side(className(run, first), classTerm(run, 'class', first)),
        side(className(run, second), classTerm(run, 'class', second)),
      ]
    }
    case 'tag':
      if (a === '') return null
      return [side(a, `tag:${quoteFilterValue(a)}`), side('the rest', `-tag:${quoteFilterValue(a)}`)]
    case 'filters':
      if (a.trim() === b.trim()) return null
      return [side(a.trim() || 'all', a.trim()), side(b.trim() || 'all', b.trim())]
  }
}

/** The label of a filter's failures and what they are taken for, where it names one of each. */
export function confusedPair(filter: string): { label: string; prediction: string } | null {
  const [label, prediction] = [onlyLabel(filter), onlyName(filter, 'prediction')]
  return label !== null && prediction !== null && label !== prediction ? { label, prediction } : null
}

/** The default: the correct samples for which the run explains the same class as for the failures. */
export function referenceOf({ definition }: RunInfo, against: Reference): 'label' | 'prediction' {
  return against || (definition.target.kind === 'predicted' ? 'prediction' : 'label')
}

function failuresAndCorrect(run: RunInfo, filter: string, against: Reference): [Side, Side] {
  const wanted = withoutFields(filter, ['correct'])
  const labels = chosenLabels(filter)
  const failures = (name: string): Side => ({ name, filter: allOf(wanted, 'correct:false') })
  // The prediction is not part of the other group's filter: its samples are correct on the same labels.
  const sameLabels = withoutFields(wanted, ['prediction'])
  const right = (name: string, others = sameLabels): Side => ({ name, filter: allOf(others, 'correct:true') })
  const pair = confusedPair(filter)
  if (pair) {
    const these = failures(`${pair.label} taken for ${pair.prediction}`)
    if (referenceOf(run, against) === 'label') return [these, right(`correct ${pair.label}`)]
    const others = withoutFields(wanted, ['label', 'class', 'prediction'])
    const term = `class:${quoteFilterValue(pair.prediction)}`
    return [these, right(`correct ${pair.prediction}`, allOf(others, term))]
  }
  const isLabelAlone = labels.length === 1 && withoutFields(wanted, ['label', 'class']) === ''
  const these = failures(isLabelAlone ? `wrong ${labels.join()}` : `failures${wanted && ` of ${wanted}`}`)
  if (labels.length > 0) return [these, right(`correct ${labels.join(' or ')}`)]
  return [these, right(sameLabels === '' ? 'correct samples' : `correct samples of ${sameLabels}`)]
}
