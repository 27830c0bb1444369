/** Which logit of each sample is explained, as the class inputs of an explain graph take it. */

/** What the class inputs of an explain graph hold in place of a class, which the graph then finds from the logits. */
export const TARGET_PREDICTED = -1
export const AGAINST_NOTHING = -1
export const AGAINST_PREDICTED = -2
export const AGAINST_RUNNER_UP = -3

/** A sample's classes, or the marks above: the gradient is that of logit[target] - logit[against]. */
export interface ClassInputs {
  target: number
  against: number
}
