/** Graphs of one fused operator, before and after it is rewritten, and what ONNX Runtime computes of both. */
import { expect } from 'vitest'
import { GraphBuilder } from '../../builder'
import { Graph } from '../../graph'
import { attributes, GraphNode, type AttributeInput } from '../../node'
import type { LoadGraph } from '../../run-graph'
import { elementCount, float32, type Tensor } from '../../tensor'
import { traceGraph } from '../../trace'
import { writeModel } from '../../write'
import { decomposeFused } from '../index'

const MICROSOFT = 'com.microsoft'

export interface Fused {
  /** Appended to the input `x`, `[batch, 3, 8]` unless given; gives the node's inputs. */
  inputs(g: GraphBuilder, x: string): string[]
  op: string
  domain?: string
  opset?: number
  attributes?: Record<string, AttributeInput>
  /** Names of the node's outputs, '' for those that are left out. */
  outputs?: string[]
  dims?: number[]
}

/** Values in -1.5 to 1.5 without a pattern. */
const spread = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, at) => 1.5 * Math.sin(12.9898 * (at + 1) + 78.233 * seed + at * at * 0.01))

export const constant = (g: GraphBuilder, dims: number[], seed = 1) =>
  g.constant(float32(dims, spread(elementCount(dims), seed)))

export function fusedGraph(fused: Fused): Graph {
  const { op, domain = MICROSOFT, opset = 17, outputs = ['y'], dims = [3, 8] } = fused
  const graph = new Graph()
  graph.opsets.set('', opset)
  if (domain !== '') graph.opsets.set(domain, 1)
  graph.inputs = [{ name: 'x', type: 'float32', dims: ['batch', ...dims] }]
  const inputs = fused.inputs(new GraphBuilder(graph, 'test'), 'x')
  graph.nodes.push(new GraphNode(op, inputs, outputs, attributes(fused.attributes ?? {}), domain, 'fused'))
  graph.outputs = outputs.filter(Boolean).map((name) => ({ name, type: 'unknown', dims: [] }))
  return graph
}

export const image = (dims: number[]) => (batch: number) =>
  float32([batch, ...dims], spread(batch * elementCount(dims), 3))

export async function run(load: LoadGraph, graph: Graph, x: Tensor): Promise<Tensor[]> {
  const loaded = await load(writeModel(graph))
  try {
    const names = graph.outputs.map(({ name }) => name)
    const found = await loaded.run({ x }, names)
    return names.map((name) => found[name]!)
  } finally {
    await loaded.release()
  }
}

export async function decomposed(load: LoadGraph, fused: Fused): Promise<Graph> {
  const graph = fusedGraph(fused)
  const { facts } = await traceGraph(graph, image(fused.dims ?? [3, 8]), load)
  expect(decomposeFused(graph, facts)).toBe(true)
  return graph
}

/** Largest difference over largest value, output by output. */
export async function worstError(load: LoadGraph, fused: Fused): Promise<number> {
  const x = image(fused.dims ?? [3, 8])(2)
  const wanted = await run(load, fusedGraph(fused), x)
  const plain = await decomposed(load, fused)
  // The softmax of an attention bears its name in the file, and nothing else does.
  const fusedStill = ({ name, op, domain }: GraphNode) => (name === 'fused' && op !== 'Softmax') || domain !== ''
  expect(plain.nodes.filter(fusedStill)).toEqual([])
  expect([...plain.opsets.keys()]).toEqual([''])
  const found = await run(load, plain, x)
  const errors = wanted.map(({ data, dims }, index) => {
    expect(found[index]!.dims).toEqual(dims)
    const values = data as Float32Array
    const largest = values.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0)
    expect(largest).toBeGreaterThan(0)
    const difference = values.reduce((maximum, value, at) => {
      const each = Math.abs(value - Number(found[index]!.data[at]))
      return each > maximum || Number.isNaN(each) ? each : maximum
    }, 0)
    return difference / largest
  })
  return errors.reduce((maximum, error) => (error > maximum || Number.isNaN(error) ? error : maximum), 0)
}

const WIDTH = 8

/** Query, key and value that differ, all from x. */
export const queryKeyValue = (g: GraphBuilder, x: string) =>
  [1, 2, 3].map((seed) => g.matMul(x, constant(g, [WIDTH, WIDTH], seed)))

/** The same, split into heads: `[B, 2, 3, 4]`. */
export const headed = (g: GraphBuilder, x: string) =>
  queryKeyValue(g, x).map((value) => g.transpose(g.reshape(value, [0, 0, 2, 4]), [0, 2, 1, 3]))
