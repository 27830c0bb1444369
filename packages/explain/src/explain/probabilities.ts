/** Tells probabilities from logits by their values, independent of the operators before them. */
import { HeadlightError } from '../errors'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { once } from './once'
import { noise } from './random'

/** Half precision and printed digits leave sums of probabilities this far from 1. */
const TOLERANCE = 5e-3

/**
 * Runs several pictures and looks at an output, or at the value before its ending. Gives a sentence where it may be probabilities;
 * throws 'unsupported-model' where it is, since their logits were not found.
 */
export async function lookForProbabilities(
  graph: Graph,
  output: string,
  image: Tensor,
  load: LoadGraph,
): Promise<string[]> {
  const model = graph.clone()
  model.outputs = [{ name: output, type: 'unknown', dims: [] }]
  model.prune()
  const input = graph.inputs[0]!.name
  const rows = await once(await load({ ...writeModel(model), brief: true }), async (loaded) => {
    const found: number[][] = []
    for (const picture of pictures(image)) {
      found.push(Array.from((await loaded.run({ [input]: picture }, [output]))[output]!.data, Number))
    }
    return found
  })
  if (rows.some((row) => !row.every(Number.isFinite))) {
    throw new HeadlightError(
      'unsupported-model',
      `The logits '${output}' are not finite numbers on pictures that were tried: the model overflows, or divides by 0. Export it in float32 from a sound checkpoint.`,
    )
  }
  const all = (holds: (value: number) => boolean) => rows.every((row) => row.every(holds))
  /** Whether `of` of the values of each picture sums to `wanted`. */
  const sumTo = (wanted: number, of: (value: number) => number) =>
    rows.every((row) => Math.abs(row.reduce((sum, value) => sum + of(value), 0) - wanted) <= TOLERANCE * wanted)
  const positive = all((value) => value >= 0)
  const total = rows[0]!.reduce((sum, value) => sum + value, 0)
  if (rows[0]!.length > 1) {
    if (positive && total > 0 && sumTo(total, (value) => value)) {
      const what = Math.abs(total - 1) <= TOLERANCE ? 'probabilities' : 'multiples of probabilities'
      throw refusal(output, what, `they sum to ${Number(total.toPrecision(3))}`)
    }
    if (all((value) => value <= 0) && sumTo(1, Math.exp))
      throw refusal(output, 'log-probabilities', 'they are logarithms that sum to 1')
    if (positive && sumTo(1, (value) => Math.exp(-value)))
      throw refusal(output, 'negative log-probabilities', 'they are negative logarithms that sum to 1')
  }
  if (!all((value) => value >= 0 && value <= 1)) return []
  return [
    `All values of '${output}' lie between 0 and 1 on the pictures that were tried, and no sigmoid or softmax was found before it. Cosines may lie there; probabilities would be explained and shown as logits here: export the model with its logits.`,
  ]
}

function refusal(output: string, what: string, sum: string): HeadlightError {
  return new HeadlightError(
    'unsupported-model',
    `'${output}' holds ${what} (${sum} over the classes on every picture that was tried), and the logits that they were made from were not found in the graph, as where several softmaxes are averaged or one is applied to another. Headlight explains logits; export the model with them.`,
  )
}

/** Pictures that have little in common: noise, its negative, noise of another seed at three times the contrast. */
function pictures(image: Tensor): Tensor[] {
  const other = noise(image.dims, 21)
  const scaled = (tensor: Tensor, factor: number): Tensor => ({
    ...tensor,
    data: (tensor.data as Float32Array).map((value) => value * factor),
  })
  return [image, scaled(image, -1), scaled(other, 3)]
}
