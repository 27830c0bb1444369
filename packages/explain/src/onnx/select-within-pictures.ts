/**
 * Selections along an axis that holds all pictures of a batch one behind the other, as PyTorch's dynamo exporter writes `as_strided`:
 * a flattened value and a Gather whose indices count on from picture to picture. Where they pick the same places of every picture, the
 * Gather becomes one along an axis of the picture's own.
 */
import { GraphBuilder } from './builder'
import type { Facts } from './facts'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import type { LoadGraph } from './run-graph'
import { int64, type Tensor } from './tensor'
import { pixelIndependent } from './trace'
import { writeModel } from './write'

/** Rewrites the graph in place; whether anything was. `facts` are those of a trace with a free batch. */
export async function selectWithinPictures(
  graph: Graph,
  facts: Facts,
  image: (batch: number) => Tensor,
  load: LoadGraph,
): Promise<boolean> {
  const asked = alongBatch(graph, facts)
  if (asked.length === 0) return false
  const { one, two } = await indicesOf(graph, asked, image, load)
  const places = new Map<GraphNode, number[]>()
  for (const node of asked) {
    const length = facts.get(node.inputs[0]!)!.dims[axisOf(node, facts)]!
    const picked = samePlaces(numbers(one[node.inputs[1]!]!), numbers(two[node.inputs[1]!]!), length)
    if (picked) places.set(node, picked)
  }
  const nodes: GraphNode[] = []
  const g = new GraphBuilder(graph, 'within', (node) => nodes.push(node))
  for (const node of graph.nodes) {
    const picked = places.get(node)
    if (picked) select(g, node, picked, facts)
    else nodes.push(node)
  }
  graph.nodes = nodes
  graph.prune()
  return places.size > 0
}

/** The Gathers along a batch axis whose indices no pixel changes and that grow with the batch. */
function alongBatch(graph: Graph, facts: Facts): GraphNode[] {
  const independent = pixelIndependent(graph)
  return graph.nodes.filter((node) => {
    if (node.op !== 'Gather' || node.domain !== '') return false
    const from = facts.get(node.inputs[0]!)
    const index = facts.get(node.inputs[1]!)
    if (!from || from.batchAxis !== axisOf(node, facts) || !index || !independent.has(node.inputs[1]!)) return false
    // Pictures lie one behind the other in the indices, too.
    return index.batchAxis !== null && index.dims.slice(0, index.batchAxis).every((length) => length === 1)
  })
}

function axisOf(node: GraphNode, facts: Facts): number {
  const axis = node.intAttr('axis', 0)
  return axis < 0 ? axis + facts.get(node.inputs[0]!)!.dims.length : axis
}

/** The indices of every Gather, for one picture and for two. */
async function indicesOf(graph: Graph, asked: GraphNode[], image: (batch: number) => Tensor, load: LoadGraph) {
  const names = [...new Set(asked.map(({ inputs }) => inputs[1]!))]
  const shapes = graph.clone()
  shapes.outputs = names.map((name) => ({ name, type: 'int64', dims: [] }))
  shapes.prune()
  const loaded = await load({ ...writeModel(shapes), once: true })
  try {
    const input = graph.inputs[0]!.name
    const one = await loaded.run({ [input]: image(1) }, names)
    return { one, two: await loaded.run({ [input]: image(2) }, names) }
  } finally {
    await loaded.release()
  }
}

const numbers = ({ data }: Tensor) => Array.from(data as BigInt64Array, Number)

/** The places within a picture of `length` places, where those of a second picture are the same ones behind it. */
function samePlaces(one: number[], two: number[], length: number): number[] | null {
  const inside = one.every((place) => place >= 0 && place < length)
  const again = two.length === 2 * one.length && two.every((place, at) => place === expected(one, at, length))
  return inside && again ? one : null
}

const expected = (one: number[], at: number, length: number) =>
  at < one.length ? one[at] : one[at - one.length]! + length

function select(g: GraphBuilder, node: GraphNode, places: number[], facts: Facts): void {
  const { dims } = facts.get(node.inputs[0]!)!
  const axis = axisOf(node, facts)
  const length = dims[axis]!
  const split = g.reshape(node.inputs[0]!, [...dims.slice(0, axis), -1, length, ...dims.slice(axis + 1)])
  const whole = places.length === length && places.every((place, at) => place === at)
  const taken = whole ? split : g.gather(split, g.constant(int64([places.length], places)), axis + 1)
  const out = facts.get(node.outputs[0]!)!
  const shape = out.dims.map((each, at) => (at === out.batchAxis ? -1 : each))
  g.op('Reshape', [taken, g.ints(shape)], {}, node.outputs)
}
