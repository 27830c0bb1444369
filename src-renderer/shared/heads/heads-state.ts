/** What the screens of heads show, as the query of their addresses. */
import type { GroupBy, Norm } from '../../api/statistics-queries'
import { CRITERIA } from '@shared/evaluation/head-criteria'
import { choice, flag, optionalId, step, text, urlState } from '../../base/url-state'
import { displayFields } from '../../base/view'

/** How samples are grouped. */
export const GROUPS = ['class', 'label', 'split', 'prediction', 'correct'] as const satisfies readonly GroupBy[]
export type Grouping = (typeof GROUPS)[number]

const NORMS: readonly Norm[] = ['l1', 'l2']

export const PARTS = ['weights', 'classes', 'compare', 'effect', 'localisation'] as const
export type Part = (typeof PARTS)[number]

/** The statistics of a head's weight over a group that a matrix can show. */
export const STATISTICS = ['mean', 'median', 'std', 'top'] as const
export type Statistic = (typeof STATISTICS)[number]

/** Which two groups of samples are compared. */
export const COMPARISONS = ['outcome', 'correct', 'classes', 'tag', 'filters'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** Which correct samples failures of one label and one prediction stand against; '' leaves it to the run's target. */
export const REFERENCES = ['', 'label', 'prediction'] as const
export type Reference = (typeof REFERENCES)[number]

const fields = {
  filter: step(text()),
  norm: choice(NORMS, 'l1'),
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
  /** Which correct samples a label's failures of one prediction stand against. */
  against: choice(REFERENCES, ''),
  /** Whose maps the samples of both groups are shown with. */
  method: displayFields.method,
  /** Samples are compared with those of the same label only. */
  within: flag(false, 'on'),
  /** Which ablation of heads is shown; the newest one without. */
  evaluation: step(optionalId()),
  /** The score that stands against the effect. */
  criterion: choice(CRITERIA, 'gmar_weight_l1'),
}

export const headsState = urlState(fields)
export type HeadsView = typeof headsState.defaults

/** The page of a head keeps the view that it was opened from, whose groups it shows and to which "All heads" leads. */
export const headState = urlState({
  ...fields,
  /** Opened from a comparison, it shows that one's two groups; else those of `by`. */
  compared: step(flag(true, 'off')),
})
export type HeadState = typeof headState.defaults
