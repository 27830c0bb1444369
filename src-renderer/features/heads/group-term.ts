import type { HeadGroup, RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import type { GroupBy } from '../../api/statistics-queries'
import { classTerm } from '../../base/class-term'

/** The term of the filter language that the samples of a group have in common. */
export function groupTerm(run: RunInfo, by: GroupBy, { key }: Pick<HeadGroup, 'key'>): string {
  switch (by) {
    case 'all':
      return ''
    case 'correct':
      return `correct:${key === 'correct'}`
    case 'label':
    case 'split':
      return `${by}:${quoteFilterValue(key)}`
    case 'class':
      return classTerm(run, 'class', Number(key))
    case 'prediction':
      return classTerm(run, 'pred', Number(key))
  }
}
