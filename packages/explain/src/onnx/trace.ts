/**
 * Shapes by execution: the model is run once at batch size 1 and once at 2 with the shape and one element of every
 * intermediate value as outputs. Axes that change are batch axes, and shape arithmetic becomes constants.
 */
import { HeadlightError } from '../errors'
import { GraphBuilder } from './builder'
import type { Facts, ValueFacts } from './facts'
import type { Graph, ValueInfo } from './graph'
import { refuseHugeValues } from './huge-values'
import type { GraphNode } from './node'
import { elementTypeOf, isExternal } from './proto-tensor'
import type { LoadGraph } from './run-graph'
import { elementCount, type Tensor } from './tensor'
import { writeModel } from './write'

/** Largest number of elements of a value that is read as a whole: shape arithmetic is smaller, weights are larger. */
const LARGEST_CONSTANT = 4096

export interface Trace {
  facts: Facts
  /** Whether the model runs at batch size 2. */
  dynamicBatch: boolean
  /** ONNX Runtime's error where it does not. */
  batchFailure?: string
}

/** What the graph's inputs are fed with for a batch; null where there is no such batch. */
export type FeedsOf = (batch: 1 | 2) => Record<string, Tensor> | null

/** Traces a graph with one image input. `image(batch)` makes the input. Throws 'unreadable-model' when it does not run. */
export function traceGraph(graph: Graph, image: (batch: number) => Tensor, load: LoadGraph): Promise<Trace> {
  const input = graph.inputs[0]!.name
  return traceFeeds(graph, (batch) => ({ [input]: image(batch) }), load)
}

/** The same for any inputs. */
export async function traceFeeds(graph: Graph, feedsOf: FeedsOf, load: LoadGraph): Promise<Trace> {
  refuseHugeValues(graph)
  const independent = pixelIndependent(graph)
  const probe = probeGraph(graph, independent)
  const loaded = await load({ ...writeModel(probe.graph), once: true }).catch((cause: unknown) => {
    throw new HeadlightError('unreadable-model', `ONNX Runtime does not load this model: ${reason(cause)}`, { cause })
  })
  try {
    const single = feedsOf(1)!
    const one = await loaded.run(single, probe.fetches).catch((cause: unknown) => {
      const shapes = Object.values(single).map(({ dims }) => `[${dims.join(', ')}]`)
      throw new HeadlightError(
        'unreadable-model',
        `ONNX Runtime does not run this model on an input of shape ${shapes.join(', ')}: ${reason(cause)}`,
        { cause },
      )
    })
    const pair = feedsOf(2)
    let two: Record<string, Tensor> | null = null
    let batchFailure: string | undefined
    try {
      two = pair && (await loaded.run(pair, probe.fetches))
    } catch (cause) {
      batchFailure = reason(cause)
    }
    return { facts: collect(graph, probe, one, two), dynamicBatch: two !== null, batchFailure }
  } finally {
    await loaded.release()
  }
}

interface Probe {
  graph: Graph
  fetches: string[]
  shapeOf: Map<string, string>
  elementOf: Map<string, string>
  whole: Set<string>
}

function probeGraph(graph: Graph, independent: Set<string>): Probe {
  const probe = graph.clone()
  // Each probe is placed right after its node: ONNX Runtime takes far longer to load a graph with all of them at the end.
  const nodes: GraphNode[] = []
  const g = new GraphBuilder(probe, 'trace', (node) => nodes.push(node))
  const shapeOf = new Map<string, string>()
  const elementOf = new Map<string, string>()
  const whole = new Set<string>()
  const outputs: ValueInfo[] = []
  const look = (name: string) => {
    shapeOf.set(name, g.op('Shape', [name]))
    outputs.push({ name: shapeOf.get(name)!, type: 'int64', dims: ['?'] })
    elementOf.set(name, g.slice(g.reshape(name, [-1]), [0], [independent.has(name) ? LARGEST_CONSTANT + 1 : 1], [0]))
    if (independent.has(name)) whole.add(name)
  }
  for (const node of probe.nodes) {
    nodes.push(node)
    for (const name of node.outputs) if (name) look(name)
  }
  probe.nodes = nodes
  probe.outputs = outputs
  const model = { graph: probe, fetches: [...shapeOf.values(), ...elementOf.values()], shapeOf, elementOf, whole }
  // The elements' types are what the run is to find out; outputs without a type are inferred by the runtime.
  for (const name of elementOf.values()) probe.outputs.push({ name, type: 'unknown', dims: [] })
  return model
}

function collect(graph: Graph, probe: Probe, one: Record<string, Tensor>, two: Record<string, Tensor> | null): Facts {
  const facts = new Map<string, ValueFacts>()
  for (const [name, proto] of graph.initializers) {
    const constant =
      !isExternal(proto) && elementCount(proto.dims.map(Number)) <= LARGEST_CONSTANT ? graph.constant(name) : undefined
    const type = elementTypeOf(proto.dataType) ?? 'float32'
    facts.set(name, { type, dims: proto.dims.map(Number), batchAxis: null, constant })
  }
  for (const [name, shape] of probe.shapeOf) {
    const dims = Array.from(one[shape]!.data as BigInt64Array, Number)
    const element = one[probe.elementOf.get(name)!]!
    const batchAxis = two ? changedAxis(name, dims, Array.from(two[shape]!.data as BigInt64Array, Number)) : null
    const fact: ValueFacts = { type: element.type, dims, batchAxis }
    const small = elementCount(dims) <= LARGEST_CONSTANT
    const again = two?.[probe.elementOf.get(name)!]
    if (probe.whole.has(name) && small && batchAxis === null && (!again || sameData(element, again))) {
      fact.constant = { type: element.type, dims, data: element.data }
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
