/** The part of a model from one layer's attention onward, as a graph of its own in double or single precision. */
import { TensorProto_DataType as T } from 'onnx-buf'
import { GraphBuilder } from '../onnx/builder'
import { isFloat, type Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { attributes, GraphNode } from '../onnx/node'
import { elementCount, type Tensor } from '../onnx/tensor'
import { downstream } from './dependence'
import { doubleEntries } from './double-convolution'
import { replaceSingleOnlyOperators } from './double-kernels'

export interface SuffixGraph {
  graph: Graph
  /** Values that are fed, the attention maps among them; every other value is computed from these. */
  frontier: string[]
  /** Entries of its largest value at batch 1. */
  entries: number
}

/** Everything of `graph` that lies between one layer's `attentions` and `outputs`. */
export function suffixGraph(
  graph: Graph,
  facts: Facts,
  attentions: readonly string[],
  outputs: readonly string[],
  double: boolean,
): SuffixGraph {
  const { nodes, frontier } = cut(graph, facts, attentions, outputs)
  const entries = nodes.reduce((largest, node) => Math.max(largest, doubleEntries(node, facts)), 0)
  const suffix = graph.clone()
  suffix.nodes = nodes.map((node) => node.clone())
  suffix.inputs = frontier.map((name) => ({
    name,
    type: double ? 'float64' : facts.get(name)!.type,
    dims: facts.get(name)!.dims.map((_, axis) => `${name}.${axis}`),
  }))
  suffix.outputs = outputs.map((name) => ({ name, type: 'unknown', dims: [] }))
  // In terms of the file's values, whose shapes are known; doubles come last.
  const single = double ? replaceSingleOnlyOperators(suffix, facts) : new Set<GraphNode>()
  foldConstants(suffix, facts, frontier)
  if (double) toDouble(suffix, single)
  suffix.prune()
  return { graph: suffix, frontier, entries }
}

function cut(graph: Graph, facts: Facts, attentions: readonly string[], outputs: readonly string[]) {
  const producers = graph.producers()
  const after = downstream(graph, attentions)
  const kept = new Set<GraphNode>()
  const frontier = new Set<string>(attentions)
  const open = [...outputs]
  while (open.length > 0) {
    const name = open.pop()!
    const node = producers.get(name)
    // Shape arithmetic may read the picture's own.
    if (graph.inputs.some((input) => input.name === name)) frontier.add(name)
    if (!node || kept.has(node) || frontier.has(name) || facts.get(name)?.constant) continue
    // Shape arithmetic is repeated, since it follows the batch; other floating-point values are fed.
    const fed = !after.has(name) && isFloat(facts.get(name)!.type)
    if (fed) frontier.add(name)
    else {
      kept.add(node)
      open.push(...node.inputs.filter(Boolean))
    }
  }
  return { nodes: graph.nodes.filter((node) => kept.has(node)), frontier: [...frontier] }
}

/** Shape arithmetic that is the same for every batch becomes constants. */
function foldConstants(graph: Graph, facts: Facts, frontier: string[]): void {
  const produced = new Set([...graph.nodes.flatMap((node) => node.outputs), ...frontier, ...graph.initializers.keys()])
  const added = new Map<string, string>()
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => {
      const constant = facts.get(input)?.constant
      if (produced.has(input) || !constant) return input
      if (!added.has(input)) added.set(input, graph.addConstant('folded', constant))
      return added.get(input)!
    })
  }
}

/** Single-precision constants, casts and fills become double, except what the nodes of `single` read. */
function toDouble(graph: Graph, single: ReadonlySet<GraphNode>): void {
  const casts: GraphNode[] = []
  const g = new GraphBuilder(graph, 'double', (node) => casts.push(node))
  const renamed = new Map<string, string>()
  for (const [name, proto] of graph.initializers) {
    if (proto.dataType === T.FLOAT) renamed.set(name, g.cast(name, T.DOUBLE))
  }
  const nodes = graph.nodes.map((node) => {
    if (single.has(node)) return node
    const inputs = node.inputs.map((input) => renamed.get(input) ?? input)
    const values = node.attributes.map((attribute) => {
      if (attribute.name === 'to' && Number(attribute.i) === T.FLOAT) return attributes({ to: T.DOUBLE })[0]!
      const tensor = node.op === 'ConstantOfShape' ? node.tensorAttr('value') : undefined
      if (tensor?.type !== 'float32') return attribute
      const fill: Tensor = { type: 'float64', dims: tensor.dims, data: Float64Array.from(tensor.data as Float32Array) }
      return attributes({ value: fill })[0]!
    })
    // Without a value it fills with zeros in single precision.
    if (node.op === 'ConstantOfShape' && values.length === 0) {
      values.push(...attributes({ value: { type: 'float64', dims: [1], data: new Float64Array(1) } }))
    }
    return new GraphNode(node.op, inputs, node.outputs, values, node.domain, node.name)
  })
  graph.nodes = [...casts, ...nodes]
}

/** `count` copies of a value of batch 1 along its batch axis; values without one stay as they are. */
export function repeated(value: Tensor, batchAxis: number | null, count: number, double: boolean): Tensor {
  const type = double || value.type === 'float64' ? 'float64' : 'float32'
  const Values = type === 'float64' ? Float64Array : Float32Array
  const source = value.data as Float32Array
  if (batchAxis === null) return { type, dims: value.dims, data: Values.from(source) }
  const inner = elementCount(value.dims.slice(batchAxis))
  const outer = source.length / inner
  const data = new Values(source.length * count)
  for (let o = 0; o < outer; o++) {
    for (let copy = 0; copy < count; copy++) {
      data.set(source.subarray(o * inner, (o + 1) * inner), (o * count + copy) * inner)
    }
  }
  const dims = value.dims.map((dim, axis) => (axis === batchAxis ? dim * count : dim))
  return { type, dims, data }
}
