/** Linear maps along one axis of a value: the same matrix for every place of the other axes. */
import { HeadlightError } from '../errors'
import type { GraphBuilder } from '../onnx/builder'
import type { ValueFacts } from '../onnx/facts'
import type { RuleContext } from './rule'

type G = GraphBuilder

/** Where in a value with `rank` axes a map acts. */
interface Place {
  axis: number
  rank: number
}

/** Sum over i of value[.., i, ..] matrix[i, j]: axis `axis`, of length `from`, gets the length `to`. `matrix` is `[from, to]`. */
export function timesMatrix(g: G, value: string, matrix: string, { axis, rank }: Place): string {
  if (axis === rank - 1) return g.matMul(value, matrix)
  if (axis === rank - 2) return g.matMul(g.transpose(matrix, [1, 0]), value)
  const perm = Array.from({ length: rank }, (_, each) => each)
  ;[perm[axis], perm[rank - 1]] = [perm[rank - 1]!, perm[axis]!]
  return g.transpose(g.matMul(g.transpose(value, perm), matrix), perm)
}

/**
 * Places `grad`, whose `axis` runs over `indices` of an axis of length `length`, among zeros.
 * A contiguous run is padded; any other selection, repeats included, is a product with a one-hot matrix.
 */
export function putBack(g: G, grad: string, indices: number[], length: number, { axis, rank }: Place): string {
  // Where nothing was selected, the gradient has no entries and padding alone makes it.
  const start = indices[0] ?? 0
  if (indices.every((value, index) => value === start + index)) {
    const after = length - start - indices.length
    if (start === 0 && after === 0) return grad
    const pads = Array.from({ length: 2 * rank }, () => 0)
    pads[axis] = start
    pads[rank + axis] = after
    return g.op('Pad', [grad, g.ints(pads)])
  }
  const oneHot = new Float32Array(indices.length * length)
  indices.forEach((value, row) => (oneHot[row * length + value] = 1))
  return timesMatrix(g, grad, g.constant(g.floats([indices.length, length], oneHot)), { axis, rank })
}

/** Throws 'unsupported-model' where an operator selects or mixes places of the batch axis. */
export function refuseBatch(
  facts: ValueFacts,
  axis: number,
  { node }: Pick<RuleContext, 'node'>,
  does = 'selects along',
): void {
  if (facts.batchAxis === axis) {
    throw new HeadlightError(
      'unsupported-model',
      `${node.op} (node '${node.label}') ${does} the batch axis; Headlight explains each image by itself.`,
    )
  }
}
