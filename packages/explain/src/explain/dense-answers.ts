/** What a dense output says of each class, outside of any graph and in double precision: for the certificate. */
import type { DenseOutput } from './dense-output'

/** The logit of each class's surest query, or the mean of its logit over the places where it is the highest: `[classes]`. */
export function denseAnswers(output: ArrayLike<number>, dense: DenseOutput, classes: number): Float64Array {
  if (dense.kind === 'queries') {
    return Float64Array.from({ length: classes }, (_, chosen) => output[surestOf(output, classes, chosen)]!)
  }
  const [sums, counts] = [new Float64Array(classes), new Float64Array(classes)]
  highestClasses(output, dense, classes).forEach((found, place, { length: places }) => {
    sums[found] = sums[found]! + output[found * places + place]!
    counts[found] = counts[found]! + 1
  })
  return sums.map((sum, chosen) => (counts[chosen] === 0 ? 0 : sum / counts[chosen]!))
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
    weights[surestOf(output, classes, chosen)] = 1
    return weights
  }
  const highest = highestClasses(output, dense, classes)
  const count = highest.reduce((sum, found) => sum + (found === chosen ? 1 : 0), 0)
  highest.forEach((found, place) => {
    if (found === chosen) weights[chosen * highest.length + place] = 1 / count
  })
  return weights
}

/** Where the highest logit of a class stands among the queries `[Q, C]`; of equal ones the first. */
function surestOf(output: ArrayLike<number>, classes: number, chosen: number): number {
  let surest = chosen
  for (let at = chosen; at < output.length; at += classes) if (output[at]! > output[surest]!) surest = at
  return surest
}

/** The class with the highest logit at each place of `[C, h, w]`; of equal ones the first. */
function highestClasses(
  output: ArrayLike<number>,
  { height, width }: Extract<DenseOutput, { kind: 'pixels' }>,
  classes: number,
): Int32Array {
  const places = height * width
  return new Int32Array(places).map((_, place) => {
    let found = 0
    for (let at = 1; at < classes; at++) if (output[at * places + place]! > output[found * places + place]!) found = at
    return found
  })
}
