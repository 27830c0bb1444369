/** What a dense output says of each class, outside of any graph and in double precision: for the certificate. */
import type { DenseOutput } from './dense-output'

/** The logit of each class's surest query, or the mean of its logit over the places where it is the highest: `[classes]`. */
export function denseAnswers(output: ArrayLike<number>, dense: DenseOutput, classes: number): Float64Array {
  return Float64Array.from({ length: classes }, (_, chosen) =>
    denseWeights(output, dense, classes, chosen).reduce((sum, weight, at) => sum + weight * output[at]!, 0),
  )
}

/** The weights of the output that make up the answer of one class, flat in the output's layout. */
export function denseWeights(
  output: ArrayLike<number>,
  dense: DenseOutput,
  classes: number,
  chosen: number,
): Float64Array {
  const weights = new Float64Array(output.length)
  if (dense.kind === 'queries') {
    let surest = chosen
    for (let at = chosen; at < output.length; at += classes) if (output[at]! > output[surest]!) surest = at
    weights[surest] = 1
    return weights
  }
  const places = dense.height * dense.width
  const own = Array.from({ length: places }, (_, place) => place).filter((place) => highest(place) === chosen)
  for (const place of own) weights[chosen * places + place] = 1 / own.length
  return weights

  /** The class with the highest logit at a place; of equal ones the first. */
  function highest(place: number): number {
    let found = 0
    for (let at = 1; at < classes; at++) if (output[at * places + place]! > output[found * places + place]!) found = at
    return found
  }
}
