import type { GraphBuilder } from '../onnx/builder'

/**
 * The L1 or L2 norm over some axes, one after the other from the last: ONNX Runtime adds all values that it reduces at once
 * one by one, which loses three digits of single precision in a matrix of attention.
 */
export function normOver(g: GraphBuilder, value: string, axes: readonly number[], norm: 'l1' | 'l2'): string {
  const [first, then] = norm === 'l1' ? (['ReduceL1', 'ReduceSum'] as const) : (['ReduceL2', 'ReduceL2'] as const)
  return axes
    .toSorted((a, b) => b - a)
    .reduce((sums, axis, at) => g.reduce(at === 0 ? first : then, sums, [axis], false), value)
}
