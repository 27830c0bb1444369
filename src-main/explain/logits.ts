/** Which output holds the class logits, and what the file does to them in the end. */
import type { ModelOutput, ModelReport, ModelTask } from '@shared/api/model'
import { HeadlightError } from '@shared/errors'
import { GraphBuilder } from '../onnx/builder'
import { isFloat, type Facts, type ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'

type Ending = ModelReport['ending']

export interface Logits {
  /** The value that is explained, `[B, classes]`. */
  value: string
  /** The model's own output: the logits, or what the file makes of them. */
  original: string
  ending: Ending
  task: ModelTask
  classes: number
}

const ENDINGS: Record<string, Ending> = { Softmax: 'softmax', LogSoftmax: 'log-softmax', Sigmoid: 'sigmoid' }

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** All outputs of a model, and which of them can be explained: `[batch, classes]`, or one value an image, `[batch]`. */
export function describeOutputs(graph: Graph, facts: Facts): ModelOutput[] {
  return graph.outputs.map(({ name, dims }) => {
    const known = facts.get(name)
    if (!known) return { name, shape: dims, explainable: false }
    const shape = known.dims.map((dim, axis) => (axis === known.batchAxis ? 'batch' : dim))
    return { name, shape, explainable: isFloat(known.type) && holdsClasses(known) }
  })
}

function holdsClasses({ dims, batchAxis }: ValueFacts): boolean {
  const batchFirst = batchAxis === 0 || (batchAxis === null && dims[0] === 1)
  return batchFirst && (dims.length === 1 || dims.length === 2)
}

/**
 * The output to explain: the one that is asked for, else the one named logits, else one whose name ends so, else the
 * first that can be explained. Throws 'usage' for a name that is none of them, 'unsupported-model' where there is none.
 */
export function chooseOutput(outputs: readonly ModelOutput[], wanted?: string): string {
  const listed = outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  const explainable = outputs.filter((output) => output.explainable)
  if (wanted !== undefined) {
    if (explainable.some(({ name }) => name === wanted)) return wanted
    throw new HeadlightError(
      'usage',
      `The model has no output '${wanted}' of shape [batch, classes]; its outputs are ${listed}.`,
    )
  }
  const names = explainable.map(({ name }) => name)
  const found = names.find((name) => name === 'logits') ?? names.find((name) => /logits$/i.test(name)) ?? names[0]
  if (found !== undefined) return found
  throw refuse(
    `The model has no output of shape [batch, classes] (it has ${listed}); export it with its classification head.`,
  )
}

/**
 * The logits behind an output: a final softmax, log-softmax or sigmoid is stepped over, since logits are explained. The
 * single logit z of a binary model becomes the two logits [-z, z], appended to the graph. Throws 'unsupported-model'.
 */
export function exposeLogits(graph: Graph, facts: Facts, output: string): { logits: Logits; facts: Facts } {
  const { value, ending } = beforeEnding(graph, output)
  const { dims } = facts.get(value)!
  const classes = dims[1] ?? 1
  if (classes > 1) {
    const task = ending === 'sigmoid' ? 'multi-label' : 'single-label'
    return { logits: { value, original: output, ending, task, classes }, facts }
  }
  if (ending === 'softmax' || ending === 'log-softmax') {
    throw refuse(
      `The output '${output}' is a softmax over a single class, which is 1 for every image; export the model with a sigmoid, or without either.`,
    )
  }
  const known = new Map(facts)
  const pair = bothSigns(graph, known, value)
  return { logits: { value: pair, original: output, ending, task: 'binary', classes: 2 }, facts: known }
}

function beforeEnding(graph: Graph, output: string): { value: string; ending: Ending } {
  const producers = graph.producers()
  let value = output
  let ending: Ending = 'none'
  for (;;) {
    const node = producers.get(value)
    const found = node && ENDINGS[node.op]
    if (!node || (node.op !== 'Identity' && (!found || ending !== 'none'))) return { value, ending }
    ending = found ?? ending
    value = node.inputs[0]!
  }
}

/** z `[B]` or `[B, 1]` as [-z, z], `[B, 2]`. */
function bothSigns(graph: Graph, facts: Map<string, ValueFacts>, value: string): string {
  const g = new GraphBuilder(graph, 'binary')
  const { type, batchAxis, dims } = facts.get(value)!
  let column = value
  if (dims.length === 1) {
    column = g.reshape(value, [-1, 1])
    facts.set(column, { type, dims: [1, 1], batchAxis })
  }
  const signs = g.constant(g.floats([2], [-1, 1]))
  facts.set(signs, { type: 'float32', dims: [2], batchAxis: null, constant: graph.constant(signs) })
  const pair = g.mul(column, signs)
  facts.set(pair, { type, dims: [1, 2], batchAxis })
  return pair
}
