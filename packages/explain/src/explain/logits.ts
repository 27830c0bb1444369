/** Which output holds the class logits, and what the file applies to them at its end. */
import type { ModelOutput, ModelReport, ModelTask } from './report'
import { HeadlightError } from '../errors'
import { GraphBuilder } from '../onnx/builder'
import { isFloat, type Facts, type ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { chooseDense, classAxis, denseKind, type DenseOutput } from './dense-output'
import { findEnding } from './endings'
import { looksLikeFeatures } from './features'
import { findSelection, type Selection } from './selections'

type Ending = ModelReport['ending']

export interface Logits {
  /** The value that is explained, `[B, classes]`. */
  value: string
  /** The logits in the file, as they are there: not yet reshaped, one logit of a binary model. */
  inFile: string
  /** The model's own output: the logits, or what the file makes of them. */
  original: string
  ending: Ending
  task: ModelTask
  classes: number
}

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** All outputs of a model, and which of them can be explained: `[batch, classes]`, or one value an image, `[batch]`. */
export function describeOutputs(graph: Graph, facts: Facts): ModelOutput[] {
  return graph.outputs.map(({ name, dims }) => {
    const known = facts.get(name)
    if (!known) return { name, shape: dims, explainable: false }
    const shape = known.dims.map((dim, axis) => (axis === known.batchAxis ? 'batch' : dim))
    const selection = known.dims.length <= 2 ? findSelection(graph, facts, name) : null
    const dense = denseKind(known)
    const why = selection ? whyNot(selection, facts) : turned(known)
    return {
      name,
      shape,
      explainable: isFloat(known.type) && holdsClasses(known) && !why,
      ...(dense && { dense }),
      ...(why && { why }),
    }
  })
}

function whyNot({ what, whole }: Selection, facts: Facts): string {
  const { dims, batchAxis } = facts.get(whole)!
  const shape = dims.map((dim, axis) => (axis === batchAxis ? 'batch' : dim)).join(', ')
  return `is ${what}; what it is taken from is '${whole}' [${shape}]`
}

const turned = ({ dims, batchAxis }: ValueFacts) =>
  dims.length === 2 && batchAxis === 1 ? 'has its batch on the second axis; transpose it before exporting' : null

function holdsClasses({ dims, batchAxis }: ValueFacts): boolean {
  const batchFirst = batchAxis === 0 || (batchAxis === null && dims[0] === 1)
  return batchFirst && (dims.length === 1 || dims.length === 2)
}

/**
 * The output to explain: the one that is asked for, else the one named logits, else one whose name ends so, else the
 * first that can be explained, else one with logits at several places. Throws 'usage' for a name that is none of them, 'unsupported-model' where there is none.
 * @param features what can be done with the model's features, for the refusal
 */
export function chooseOutput(outputs: readonly ModelOutput[], wanted?: string, features: string | null = null): string {
  const listed = outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  const explainable = outputs.filter((output) => output.explainable)
  const others = explainable.map(({ name }) => `'${name}'`).join(', ')
  const advice = others
    ? `choose another output with --output (${others})`
    : 'export the model with its logits as an output'
  if (wanted !== undefined) {
    if (outputs.some(({ name, explainable: plain, dense }) => name === wanted && (plain || dense))) return wanted
    const why = outputs.find(({ name }) => name === wanted)?.why
    if (why !== undefined) throw refuse(`The output '${wanted}' cannot be explained: it ${why}. Instead, ${advice}.`)
    throw new HeadlightError(
      'usage',
      `The model has no output '${wanted}' of shape [batch, classes]; its outputs are ${listed}.`,
    )
  }
  const names = explainable.map(({ name }) => name)
  const found = names.find((name) => name === 'logits') ?? names.find((name) => /logits$/i.test(name)) ?? names[0]
  if (found !== undefined) return found
  const dense = chooseDense(outputs)
  if (dense !== null) return dense
  const reasons = outputs.flatMap(({ name, why }) => (why === undefined ? [] : [`'${name}' ${why}`]))
  if (reasons.length > 0)
    throw refuse(`No output of the model can be explained: ${reasons.join('; ')}. Instead, ${advice}.`)
  throw refuse(
    `The model has no output of shape [batch, classes] (it has ${listed})${otherTask(outputs) ?? `; export it with its classification head${features ? `, or explain its features: ${features}` : ''}.`}`,
  )
}

/** The likely task of a model that does not classify whole pictures; null where its outputs do not tell. */
function otherTask(outputs: readonly ModelOutput[]): string | null {
  if (outputs.some(({ name }) => /box/i.test(name)))
    return ': it seems to be a detector, but no output [batch, queries, classes] stands beside its boxes; export it with the logits of every query.'
  const perPlace = outputs.some(
    ({ name, shape }) => (shape.length === 4 && shape[2] !== 1 && shape[3] !== 1) || /depth|mask|segment/i.test(name),
  )
  return perPlace
    ? ': it seems to say something of every place of the picture, as segmentation and depth models (SegFormer, DPT) do. Of these, logits of classes are explained, [batch, classes, height, width]: choose their output with --output, or export the model with it.'
    : null
}

/** Says which of several outputs was taken, where none is named logits, and that it does not look like classes. */
export function choiceNotes(outputs: readonly ModelOutput[], chosen: string): string[] {
  return [...featureNotes(outputs, chosen), ...amongNotes(outputs, chosen)]
}

function featureNotes(outputs: readonly ModelOutput[], chosen: string): string[] {
  if (!looksLikeFeatures(chosen)) return []
  const width = outputs.find(({ name }) => name === chosen)?.shape[1] ?? 1
  return [
    `By its name the output '${chosen}' holds features and no classes: each of its ${width} values is explained as if it were a class. With vectors of the classes (--classes FILE) they become logits.`,
  ]
}

function amongNotes(outputs: readonly ModelOutput[], chosen: string): string[] {
  const others = outputs.filter(({ name, explainable }) => explainable && name !== chosen)
  if (others.length === 0 || chosen === 'logits') return []
  const listed = others.map(({ name, shape }) => `'${name}' [${shape.join(', ')}]`).join(', ')
  return [
    `Of several outputs that could be explained '${chosen}' was taken, ${/logits$/i.test(chosen) ? 'by its name' : 'the first'}; --output chooses another: ${listed}.`,
  ]
}

/**
 * The logits behind an output: a final softmax, log-softmax or sigmoid is stepped over, since logits are explained. The
 * single logit z of a binary model becomes the two logits [-z, z], appended to the graph. Throws 'unsupported-model'.
 */
export function exposeLogits(graph: Graph, facts: Facts, output: string): { logits: Logits; facts: Facts } {
  const known = new Map(facts)
  const found = findEnding(graph, facts, output)
  const outputClasses = classesOf(facts.get(output)!)
  const rows = found && asRows(graph, known, found.value, outputClasses)
  const value = rows ?? output
  const ending: Ending = rows === null ? 'none' : found!.ending
  const classes = classesOf(known.get(value)!)
  const base = { inFile: rows === null ? output : found!.value, original: output, ending }
  if (classes > 1) {
    const task = ending === 'sigmoid' ? 'multi-label' : 'single-label'
    return { logits: { ...base, value, task, classes }, facts: known }
  }
  if (ending === 'softmax' || ending === 'log-softmax') {
    throw refuse(
      `The output '${output}' is a softmax over a single class, which is 1 for every image; export the model with a sigmoid, or without either.`,
    )
  }
  const pair = bothSigns(graph, known, value)
  return { logits: { ...base, value: pair, task: 'binary', classes: 2 }, facts: known }
}

/** The logits at several places, as the file gives them. */
export function denseLogits(facts: Facts, dense: DenseOutput): Logits {
  const { value } = dense
  const classes = facts.get(value)!.dims[classAxis(dense)]!
  return { value, inFile: value, original: value, ending: 'none', task: 'single-label', classes }
}

/** How many classes a `[B, classes]` has; 1 where it is `[B]`. */
function classesOf({ dims: [, classes = 1] }: ValueFacts): number {
  return classes
}

/** A value as `[B, classes]` (or `[B]` where that is its shape), reshaped where it has further axes; null where it holds something else. */
function asRows(graph: Graph, facts: Map<string, ValueFacts>, value: string, classes: number): string | null {
  const { type, dims, batchAxis } = facts.get(value)!
  const [found = 1, ...others] = dims.filter((dim, axis) => axis !== batchAxis && dim !== 1)
  if ((batchAxis ?? 0) !== 0 || others.length > 0 || found !== classes) return null
  if (dims.length <= 2) return value
  const rows = new GraphBuilder(graph, 'logits').reshape(value, [-1, classes])
  facts.set(rows, { type, dims: [1, classes], batchAxis })
  return rows
}

/** z `[B]` or `[B, 1]` as [-z, z], `[B, 2]`. */
function bothSigns(graph: Graph, facts: Map<string, ValueFacts>, value: string): string {
  const g = new GraphBuilder(graph, 'binary')
  const { type, batchAxis, dims } = facts.get(value)!
  if (type === 'float64') g.floatType = type
  let column = value
  if (dims.length === 1) {
    column = g.reshape(value, [-1, 1])
    facts.set(column, { type, dims: [1, 1], batchAxis })
  }
  const signs = g.constant(g.floats([2], [-1, 1]))
  facts.set(signs, { type: g.floatType, dims: [2], batchAxis: null, constant: graph.constant(signs) })
  const pair = g.mul(column, signs)
  facts.set(pair, { type, dims: [1, 2], batchAxis })
  return pair
}
