/** The two groups of samples that are compared, as filters. */
import type { RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { className } from '../../app/class-name'
import { allOf, classTerm } from '../../app/class-term'

export const COMPARISONS = ['outcome', 'classes', 'tag', 'filters'] as const
export type Comparison = (typeof COMPARISONS)[number]

export const COMPARISON_NAMES: Record<Comparison, string> = {
  outcome: 'Correct against wrong',
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
