/** Which logit of each sample is explained, as the class inputs of an explain graph take it. */

/** In place of a target: the class with the highest logit, which the graph finds. */
export const TARGET_PREDICTED = -1
/** No class is subtracted. */
export const AGAINST_NOTHING = -1
/** The class with the highest logit is subtracted. */
export const AGAINST_PREDICTED = -2
/** The class with the second highest logit is subtracted; of equal ones the lower index. */
export const AGAINST_RUNNER_UP = -3

/** In place of a query: the surest of the target class, which the graph finds. */
export const QUERY_SUREST = -1

/** A sample's classes, or the marks above: the gradient is that of logit[target] - logit[against]. */
export interface ClassInputs {
  /** A class, or TARGET_PREDICTED. */
  target: number
  /** A class whose logit is subtracted, or one of the AGAINST marks. */
  against: number
  /** Of a detector: the query whose logit is explained; QUERY_SUREST unless given. */
  query?: number
}
