/** The two groups of samples that are compared, as filters. */
import type { RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { className } from '../../app/class-name'
import { allOf, classTerm } from '../../app/class-term'
import { chosenNames, type NameField, withoutFields } from '../../ui/filter/filter-terms'

export const COMPARISONS = ['outcome', 'correct', 'classes', 'tag', 'filters'] as const
export type Comparison = (typeof COMPARISONS)[number]

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
  { compare, a, b }: { compare: Comparison; a: string; b: string },
): [Side, Side] | null {
  const side = (name: string, term: string): Side => ({ name, filter: allOf(filter, term) })
  switch (compare) {
    case 'outcome':
      return [side('correct', 'correct:true'), side('wrong', 'correct:false')]
    case 'correct': {
      const [label, prediction] = [onlyName(filter, 'label'), onlyName(filter, 'prediction')]
      const wanted = withoutFields(filter, ['correct'])
      const these = allOf(wanted, 'correct:false')
      // What the samples are taken for is not asked of the others: those are right about the same labels.
      const others = allOf(withoutFields(filter, ['correct', 'prediction']), 'correct:true')
      const isLabelAlone = label !== null && withoutFields(wanted, ['label']) === ''
      const failures = isLabelAlone ? `wrong ${label}` : `failures${wanted && ` of ${wanted}`}`
      return [
        { name: label && prediction ? `${label} taken for ${prediction}` : failures, filter: these },
        { name: label ? `correct ${label}` : 'correct ones', filter: others },
      ]
    }
    case 'classes': {
      const [first, second] = [Number(a || 0), Number(b || 1)]
      if (first === second) return null
      return [
        side(className(run, first), classTerm(run, 'label', first)),
        side(className(run, second), classTerm(run, 'label', second)),
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

/** The name that a filter asks for where it is one. */
function onlyName(filter: string, field: NameField): string | null {
  const names = chosenNames(filter, field)
  return names.length === 1 ? (names[0] ?? null) : null
}
