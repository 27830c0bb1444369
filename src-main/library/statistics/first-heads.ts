/** The head that ranks first in each layer, from weights `[layers, heads]`. Of equal weights the first head ranks first. */
export function firstHeads(weights: Float64Array, heads: number): number[] {
  const firsts: number[] = []
  for (let start = 0; start < weights.length; start += heads) {
    let first = 0
    for (let head = 1; head < heads; head++) {
      if (weights[start + head]! > weights[start + first]!) first = head
    }
    firsts.push(first)
  }
  return firsts
}
