/** The scalar y that is explained, and what it is computed from. */
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import type { RawMatrices } from './explained-heads'
import { once } from './once'

/** Difference of the output in double precision from the model's own, over its largest value: rounding stays far below. */
const SAME_OUTPUT = 1e-3

/** What the explain graph says of the picture that is checked. */
export interface Explained extends RawMatrices {
  /** dy / d output of the scalar that is explained, flat. */
  weights: ArrayLike<number>
}

/** y of an output, which starts at `from`: of millions of places few have a weight. */
export function scalarOf(weights: ArrayLike<number>): (output: ArrayLike<number>, from?: number) => number {
  const found: [at: number, weight: number][] = []
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) found.push([at, weights[at]!])
  return (output, from = 0) => found.reduce((sum, [at, weight]) => sum + weight * Number(output[from + at]), 0)
}

/** Operators without a double kernel are rewritten; the whole has to compute what the model computes. */
export function refuseAnotherOutput(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  let [largest, worst] = [Number.MIN_VALUE, 0]
  for (let at = 0; at < wanted.length; at++) {
    largest = Math.max(largest, Math.abs(wanted[at]!))
    worst = Math.max(worst, Math.abs(found[at]! - wanted[at]!))
  }
  if (worst <= SAME_OUTPUT * largest) return
  const error = (worst / largest).toExponential(1)
  throw new Error(`the model in double precision gives another output (relative difference ${error})`)
}

/** Values of the model's graph for a picture, which is among them. */
export async function frontierValues(
  anatomy: ModelAnatomy,
  image: Tensor,
  frontier: readonly string[],
  load: LoadGraph,
): Promise<Record<string, Tensor>> {
  const input = anatomy.graph.inputs[0]!.name
  const computed = [...new Set(frontier)].filter((name) => name !== input)
  const prefix = anatomy.graph.clone()
  prefix.outputs = computed.map((name) => ({ name, type: 'unknown', dims: [] }))
  prefix.prune()
  const values = await once(await load({ ...writeModel(prefix), brief: true }), (loaded) =>
    loaded.run({ [input]: image }, computed),
  )
  return { ...values, [input]: image }
}
