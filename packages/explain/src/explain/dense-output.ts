/** Outputs with class logits at several places: queries of a detector `[B, Q, C]`, pixels of a segmentation `[B, C, h, w]`. */
import type { BoxForm, DenseReport, ModelOutput } from './report'
import { boxFormInWords, findBoxForm } from './box-form'
import { HeadlightError } from '../errors'
import { isFloat, type Facts, type ValueFacts } from '../onnx/facts'
import { floatsOf } from '../onnx/float16'
import type { Graph } from '../onnx/graph'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { once } from './once'

/** What a dense output has, and what stands beside it. */
export type DenseOutput = DenseReport & { value: string }

/** How an output holds classes at several places; null where its shape is another. */
export function denseKind({ type, dims, batchAxis }: ValueFacts): DenseReport['kind'] | null {
  const batchFirst = batchAxis === 0 || (batchAxis === null && dims[0] === 1)
  if (!isFloat(type) || !batchFirst) return null
  if (dims.length === 3 && dims[1]! > 1 && dims[2]! > 1) return 'queries'
  return dims.length === 4 && dims[1]! > 1 && dims[2]! * dims[3]! > 1 ? 'pixels' : null
}

/** Names that say that an output is something else. */
const OTHERWISE = /box|depth|normal|flow|hidden|embed|feature|pool|token|attn|attention|past|encoder|decoder/i

/**
 * The dense output that is taken unless another is asked for: the one named logits, else one whose name ends so, else the one beside which
 * boxes of as many queries stand, else the only one that its name does not call something else; null without any.
 */
export function chooseDense(outputs: readonly ModelOutput[]): string | null {
  const dense = outputs.filter(({ name, dense }) => dense !== undefined && !OTHERWISE.test(name))
  const boxed = dense.filter((output) => output.dense === 'queries' && boxesOf(outputs, output) !== null)
  const only = outputs.length === 1 ? dense : []
  const found =
    dense.find(({ name }) => name === 'logits') ??
    dense.find(({ name }) => /logits$/i.test(name)) ??
    boxed[0] ??
    only[0]
  return found?.name ?? null
}

/** The output with a box for each query: `[batch, queries, 4]`, named so. */
function boxesOf(outputs: readonly ModelOutput[], { shape }: ModelOutput): string | null {
  const found = outputs.find((other) => /box/i.test(other.name) && sameQueries(other.shape, shape))
  return found?.name ?? null
}

const sameQueries = (boxes: ModelOutput['shape'], logits: ModelOutput['shape']) =>
  boxes.length === 3 && boxes[1] === logits[1] && boxes[2] === 4

/** What is known of a dense output; null where the output that was chosen has one logit a class. */
export function describeDense(facts: Facts, outputs: readonly ModelOutput[], chosen: string): DenseOutput | null {
  const output = outputs.find(({ name }) => name === chosen)
  if (!output?.dense) return null
  const { dims } = facts.get(chosen)!
  if (output.dense === 'queries') {
    return { kind: 'queries', value: chosen, queries: dims[1]!, boxes: boxesOf(outputs, output) }
  }
  return { kind: 'pixels', value: chosen, height: dims[2]!, width: dims[3]! }
}

/** Axis of the classes. */
export const classAxis = ({ kind }: Pick<DenseReport, 'kind'>): number => (kind === 'queries' ? 2 : 1)

/** What was made of the output, in sentences. */
export function denseNotes(
  dense: DenseOutput,
  classes: number,
  boxes: { form: BoxForm; because: string } | null,
): string[] {
  if (dense.kind === 'pixels') {
    const { value, height, width } = dense
    return [
      `The output '${value}' is read as the logits of ${classes} classes on ${height} x ${width} places of the picture. A class is explained by the mean of its logit over a mask: the places where it is the highest unless another mask is given. The prediction is the class that is the highest at most places, of the picture or under that mask; its share of them is its probability.`,
    ]
  }
  const { value, queries } = dense
  return [
    `The output '${value}' is read as ${queries} queries with the logits of ${classes} classes each. A class is explained by the logit of its surest query unless a query is given.`,
    ...(boxes ? [`'${dense.boxes}' is read as ${boxFormInWords(boxes.form)}; ${boxes.because}.`] : []),
  ]
}

/**
 * Looks at a dense output on some pictures: gives the form of a detector's boxes, null without any. Throws 'unsupported-model'
 * where the output holds probabilities of classes, or numbers that are not finite.
 */
export async function lookAtDense(
  graph: Graph,
  dense: DenseOutput,
  pictures: readonly Tensor[],
  load: LoadGraph,
): Promise<{ form: BoxForm; because: string } | null> {
  const boxes = dense.kind === 'queries' ? dense.boxes : null
  const names = [dense.value, ...(boxes === null ? [] : [boxes])]
  const probe = graph.clone()
  probe.outputs = names.map((name) => ({ name, type: 'unknown', dims: [] }))
  probe.prune()
  const input = graph.inputs[0]!.name
  const found = await once(await load({ ...writeModel(probe), brief: true }), async (loaded) => {
    const outputs: Record<string, Tensor>[] = []
    for (const picture of pictures) outputs.push(await loaded.run({ [input]: picture }, names))
    return outputs
  })
  const logits = found.map((outputs) => outputs[dense.value]!)
  // Outputs of a segmentation have millions of values.
  const all = (holds: (value: number) => boolean) => logits.every((tensor) => everyValue(floatsOf(tensor), holds))
  if (!all(Number.isFinite)) {
    throw refuse(`The logits '${dense.value}' are not finite numbers on pictures that were tried.`)
  }
  if (all((value) => value >= 0 && value <= 1)) {
    throw refuse(
      `All values of '${dense.value}' lie between 0 and 1 on every picture that was tried, so they are probabilities. Headlight explains logits; export the model without the softmax or sigmoid at its end.`,
    )
  }
  if (boxes === null) return null
  const [height, width] = pictures[0]!.dims.slice(-2).map(Number)
  const values = found.flatMap((outputs) => Array.from(floatsOf(outputs[boxes]!)))
  return findBoxForm(boxes, values, [height!, width!])
}

function everyValue(values: ArrayLike<number>, holds: (value: number) => boolean): boolean {
  for (let at = 0; at < values.length; at++) if (!holds(values[at]!)) return false
  return true
}

const refuse = (message: string) => new HeadlightError('unsupported-model', message)
