/**
 * How samples are grouped for statistics of heads: `label` is the dataset's own label, `class` the class that it is matched
 * with, `split` the part of the dataset.
 */
export const HEAD_GROUPINGS = ['all', 'class', 'label', 'split', 'prediction', 'correct'] as const
export type HeadGrouping = (typeof HEAD_GROUPINGS)[number]

/** Which number of a head statistics are of: GMAR's weight by the norm of G, or sum A o G. */
export const HEAD_NUMBERS = ['l1', 'l2', 'taylor'] as const
export type HeadNumber = (typeof HEAD_NUMBERS)[number]
