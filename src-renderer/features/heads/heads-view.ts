/** What the screens of heads show, as the query of their addresses. */
import type { GroupBy, Norm } from '../../api/statistics-queries'
import { choice, flag, step, text, urlState } from '../../app/url-state'
import { displayFields } from '../../app/view'
import { COMPARISONS } from './comparison'
import { STATISTICS } from './statistic'

const GROUPS = ['class', 'prediction', 'correct'] as const satisfies readonly GroupBy[]
export type Grouping = (typeof GROUPS)[number]
const NORMS: readonly Norm[] = ['l1', 'l2']

export const PARTS = ['weights', 'classes', 'compare', 'localisation'] as const
export type Part = (typeof PARTS)[number]

const shared = { filter: step(text()), norm: choice(NORMS, 'l1') }

export const headsState = urlState({
  ...shared,
  part: step(choice(PARTS, 'weights')),
  statistic: choice(STATISTICS, 'mean'),
  /** Groups whose matrices stand beside that of all samples, and the rows of the class x head matrix. */
  by: step(choice(GROUPS, 'class')),
  /** Rows and columns in the order of the model; else similar ones beside each other. */
  clustered: flag(true, 'off'),
  /** The class x head matrix shows weights themselves; else how far they are from the head's mean over the groups. */
  absolute: flag(false, 'on'),
  compare: step(choice(COMPARISONS, 'outcome')),
  /** The two groups: class indexes, a tag, or filters, as `compare` says. */
  a: text(),
  b: text(),
  /** Whose maps the samples of both groups are shown with. */
  method: displayFields.method,
  /** Samples are compared with those of the same label only. */
  within: flag(false, 'on'),
})
export type HeadsView = typeof headsState.usual

export const headState = urlState({ ...shared, by: step(choice(GROUPS, 'class')) })
