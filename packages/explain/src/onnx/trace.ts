/**
 * Shapes by execution: the model is run once at batch size 1 and once at 2 with the shape and one element of every
 * intermediate value as outputs. Axes that change are batch axes, and shape arithmetic becomes constants.
 */
import { HeadlightError } from '../errors'
import type { Facts, ValueFacts } from './facts'
import type { Graph } from './graph'
import { segmentsOf } from './graph-segments'
import { refuseHugeValues } from './huge-values'
import { elementTypeOf, isExternal } from './proto-tensor'
import type { LoadGraph } from './run-graph'
import { LARGEST_CONSTANT, probeGraph, type Look } from './trace-probe'
import { elementCount, type Tensor } from './tensor'
import { writeModel } from './write'

/** With all of its values as outputs, 4,800 operators take ONNX Runtime 1.30 a second to load, and 9,600 four: nearly by the square. */
const MOST_NODES = 500

export interface Trace {
  facts: Facts
  /** Whether the model runs at batch size 2. */
  dynamicBatch: boolean
  /** ONNX Runtime's error where it does not. */
  batchFailure?: string
}

/** What the graph's inputs are fed with for a batch; null where there is no such batch. */
export type FeedsOf = (batch: 1 | 2) => Record<string, Tensor> | null

/**
 * Traces a graph with one image input. `image(batch)` makes the input; `most` operators are loaded at a time. Throws 'unreadable-model' when it
 * does not run.
 */
export function traceGraph(
  graph: Graph,
  image: (batch: number) => Tensor,
  load: LoadGraph,
  most = MOST_NODES,
): Promise<Trace> {
  const input = graph.inputs[0]!.name
  return traceFeeds(graph, (batch) => ({ [input]: image(batch) }), load, most)
}

/** The same for any inputs. */
export async function traceFeeds(graph: Graph, feedsOf: FeedsOf, load: LoadGraph, most = MOST_NODES): Promise<Trace> {
  refuseHugeValues(graph)
  const independent = pixelIndependent(graph)
  const single = feedsOf(1)!
  const one = { ...single }
  let two: Record<string, Tensor> | null = feedsOf(2)
  two &&= { ...two }
  let batchFailure: string | undefined
  const looks: Look[] = []
  for (const segment of segmentsOf(graph, most)) {
    const probe = probeGraph(graph, segment, one, independent)
    const loaded = await load({ ...writeModel(probe.graph), once: true }).catch((cause: unknown) => {
      throw new HeadlightError('unreadable-model', `ONNX Runtime does not load this model: ${reason(cause)}`, { cause })
    })
    const run = async (values: Record<string, Tensor>) => {
      const feeds = Object.fromEntries(segment.reads.map((name) => [name, values[name]!]))
      const found = await loaded.run(feeds, [
        ...probe.looks.flatMap(({ shape, element }) => [shape, element]),
        ...segment.gives,
      ])
      for (const name of segment.done) delete values[name]
      Object.assign(values, found)
    }
    try {
      await run(one).catch((cause: unknown) => {
        const shapes = Object.values(single).map(({ dims }) => `[${dims.join(', ')}]`)
        throw new HeadlightError(
          'unreadable-model',
          `ONNX Runtime does not run this model on an input of shape ${shapes.join(', ')}: ${reason(cause)}`,
          { cause },
        )
      })
      if (two) {
        await run(two).catch((cause: unknown) => {
          two = null
          batchFailure = reason(cause)
        })
      }
    } finally {
      await loaded.release()
    }
    looks.push(...probe.looks)
  }
  return { facts: collect(graph, looks, one, two), dynamicBatch: two !== null, batchFailure }
}

function collect(
  graph: Graph,
  looks: readonly Look[],
  one: Record<string, Tensor>,
  two: Record<string, Tensor> | null,
): Facts {
  const facts = new Map<string, ValueFacts>()
  for (const [name, proto] of graph.initializers) {
    const constant =
      !isExternal(proto) && elementCount(proto.dims.map(Number)) <= LARGEST_CONSTANT ? graph.constant(name) : undefined
    const type = elementTypeOf(proto.dataType) ?? 'float32'
    facts.set(name, { type, dims: proto.dims.map(Number), batchAxis: null, constant })
  }
  for (const { name, shape, element, whole } of looks) {
    const dims = Array.from(one[shape]!.data as BigInt64Array, Number)
    const found = one[element]!
    const batchAxis = two ? changedAxis(name, dims, Array.from(two[shape]!.data as BigInt64Array, Number)) : null
    const fact: ValueFacts = { type: found.type, dims, batchAxis }
    const small = elementCount(dims) <= LARGEST_CONSTANT
    const again = two?.[element]
    if (whole && small && batchAxis === null && (!again || sameData(found, again))) {
      fact.constant = { type: found.type, dims, data: found.data }
    }
    facts.set(name, fact)
  }
  for (const input of graph.inputs) {
    const dims = input.dims.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : -1))
    facts.set(input.name, { type: input.type === 'unknown' ? 'float32' : input.type, dims, batchAxis: two ? 0 : null })
  }
  return facts
}

function changedAxis(name: string, one: number[], two: number[]): number | null {
  const changed = one.flatMap((dim, axis) => (two[axis] === dim ? [] : [axis]))
  if (one.length !== two.length || changed.length > 1 || changed.some((axis) => two[axis] !== 2 * one[axis]!)) {
    throw new HeadlightError(
      'unsupported-model',
      `The shape of '${name}' is [${one.join(', ')}] for one image and [${two.join(', ')}] for two; Headlight needs shapes with one batch axis.`,
    )
  }
  return changed[0] ?? null
}

function sameData(a: Tensor, b: Tensor): boolean {
  return a.data.length === b.data.length && a.data.every((value, index) => Object.is(value, b.data[index]))
}

/** Values that do not depend on the pixels: constants, and results of Shape and Size. */
export function pixelIndependent(graph: Graph): Set<string> {
  const dependent = new Set(graph.inputs.map((input) => input.name))
  const independent = new Set<string>()
  for (const node of graph.nodes) {
    const shapeOnly = node.op === 'Shape' || node.op === 'Size'
    const reached = !shapeOnly && node.reads().some((input) => dependent.has(input))
    for (const output of node.outputs) (reached ? dependent : independent).add(output)
  }
  return independent
}

/** Where in ONNX Runtime's own source a check stands: file, line and the C++ function with its parameters. */
const SOURCE_LINE = /\S{1,200}\.(?:h|cc|cpp):\d+ [^(]*\((?:[^()]|\([^()]*\))*\) /

const LONGEST_READ = 4000

/** The first line of an error of ONNX Runtime, without its file and line prefix. */
export function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  // A file may have node names of any length, which the runtime repeats in its errors.
  return (message.slice(0, LONGEST_READ).split('\n')[0] ?? '')
    .replace(/^.*?(?:Status Message: |: FAIL : )/, '')
    .replace(SOURCE_LINE, '')
    .slice(0, 400)
}
