import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../onnx/builder'
import type { Facts, ValueFacts } from '../../onnx/facts'
import { Graph } from '../../onnx/graph'
import { findComposites, raiseLayerNormalizations, withComposites } from './index'

type Write = (g: GraphBuilder) => string

const WIDTH = 4
const sqrt2 = (g: GraphBuilder) => g.scalar(Math.SQRT2)
const erfPlusOne = (g: GraphBuilder, u: string) => g.add(g.op('Erf', [u]), g.scalar(1))
const channels = (g: GraphBuilder) => g.constant(g.floats([WIDTH], [1, 2, 3, 4]))
const centred = (g: GraphBuilder) => g.sub('x', g.mean('x', [-1], true))
const square = (g: GraphBuilder, value: string) => g.op('Pow', [value, g.scalar(2)])
const root = (g: GraphBuilder, value: string) =>
  g.op('Sqrt', [g.add(g.mean(square(g, value), [-1], true), g.scalar(1e-6))])
const affine = (g: GraphBuilder, value: string) => g.add(g.mul(value, channels(g)), channels(g))

/** What exporters write for x/2 (1 + erf(x / sqrt 2)), and for normalisations over the last axis. */
const written: Record<string, Record<string, Write>> = {
  Gelu: {
    'half at the end': (g) => g.mul(g.mul('x', erfPlusOne(g, g.div('x', sqrt2(g)))), g.scalar(0.5)),
    'half of x': (g) => g.mul(g.scale('x', 0.5), erfPlusOne(g, g.scale('x', Math.SQRT1_2))),
    'half of the sum': (g) => g.mul(g.mul(erfPlusOne(g, g.div('x', sqrt2(g))), g.scalar(0.5)), 'x'),
  },
  LayerNormalization: {
    'divided, as PyTorch does': (g) => {
      const value = centred(g)
      return affine(g, g.div(value, root(g, value)))
    },
    'centred twice, factors first': (g) => {
      const divided = g.div(centred(g), root(g, centred(g)))
      return g.add(channels(g), g.mul(channels(g), divided))
    },
    'times the reciprocal, squared as a product': (g) => {
      const value = centred(g)
      const deviation = g.op('Sqrt', [g.add(g.mean(g.mul(value, value), [-1], true), g.scalar(1e-6))])
      return affine(g, g.mul(g.op('Reciprocal', [deviation]), value))
    },
    'times one over the deviation, without a bias': (g) => {
      const value = centred(g)
      return g.mul(g.mul(value, g.div(g.scalar(1), root(g, value))), channels(g))
    },
  },
  RMSNormalization: {
    'times the reciprocal': (g) => g.mul(channels(g), g.mul('x', g.op('Reciprocal', [root(g, 'x')]))),
    divided: (g) => g.mul(g.div('x', root(g, 'x')), channels(g)),
  },
}

const others: Record<string, Write> = {
  'gelu of another argument': (g) => g.mul(g.mul('x', erfPlusOne(g, g.scale('x', 0.7))), g.scalar(0.5)),
  'gelu with another factor': (g) => g.mul(g.mul('x', erfPlusOne(g, g.div('x', sqrt2(g)))), g.scalar(0.6)),
  'gelu with another summand': (g) => g.mul(g.scale('x', 0.5), g.add(g.op('Erf', [g.div('x', sqrt2(g))]), g.scalar(2))),
  'gelu with an inner value that is read elsewhere': (g) => {
    const erf = g.op('Erf', [g.div('x', sqrt2(g))])
    return g.add(g.mul(g.scale('x', 0.5), g.add(erf, g.scalar(1))), erf)
  },
  'a normalisation over another axis': (g) => {
    const value = g.sub('x', g.mean('x', [1], true))
    const variance = g.mean(square(g, value), [1], true)
    return affine(g, g.div(value, g.op('Sqrt', [g.add(variance, g.scalar(1e-6))])))
  },
  'a normalisation whose mean is of something else': (g) => {
    const value = g.sub('x', g.mean(g.op('Abs', ['x']), [-1], true))
    return affine(g, g.div(value, root(g, g.op('Identity', [value]))))
  },
  'a deviation of something else': (g) => affine(g, g.div(centred(g), root(g, 'x'))),
  'a third power': (g) => {
    const value = centred(g)
    const variance = g.mean(g.op('Pow', [value, g.scalar(3)]), [-1], true)
    return affine(g, g.div(value, g.op('Sqrt', [g.add(variance, g.scalar(1e-6))])))
  },
  'a normalisation with one scale for all channels': (g) => {
    const value = centred(g)
    return g.add(g.mul(g.div(value, root(g, value)), g.scalar(2)), channels(g))
  },
  'a normalisation whose deviation is read elsewhere': (g) => {
    const value = centred(g)
    const deviation = root(g, value)
    return g.mul(affine(g, g.div(value, deviation)), deviation)
  },
}

function graphOf(write: Write, opset = 17): { graph: Graph; facts: Facts } {
  const graph = new Graph()
  graph.opsets.set('', opset)
  graph.inputs = [{ name: 'x', type: 'float32', dims: [1, 3, WIDTH] }]
  graph.outputs = [{ name: write(new GraphBuilder(graph, 'test')), type: 'float32', dims: [] }]
  const whole: ValueFacts = { type: 'float32', dims: [1, 3, WIDTH], batchAxis: 0 }
  const constants = [...graph.initializers.keys()].map((name): [string, ValueFacts] => {
    const constant = graph.constant(name)!
    return [name, { type: constant.type, dims: constant.dims, batchAxis: null, constant }]
  })
  const computed = graph.nodes.map(({ outputs }): [string, ValueFacts] => [outputs[0]!, whole])
  return { graph, facts: new Map([['x', whole], ...computed, ...constants]) }
}

const operators = ({ nodes }: { nodes: { op: string }[] }) => nodes.map(({ op }) => op)

describe.each(Object.entries(written))('%s', (op, spellings) => {
  it.each(Object.entries(spellings))('%s', (_, write) => {
    const { graph, facts } = graphOf(write)
    const [only, ...rest] = withComposites(graph, facts)
    expect([only!.op, only!.inputs[0], only!.outputs[0], ...rest]).toEqual([op, 'x', graph.outputs[0]!.name])
    expect(new Set(findComposites(graph, facts)[0]!.members)).toEqual(new Set(graph.nodes))
  })
})

it.each(Object.entries(others))('%s stays as it is', (_, write) => {
  const { graph, facts } = graphOf(write)
  expect(operators({ nodes: withComposites(graph, facts) })).toEqual(operators(graph))
})

it('raises written-out layer normalisations to opset 17, and leaves files alone whose operators it would change', () => {
  const write = written['LayerNormalization']!['divided, as PyTorch does']!
  const { graph, facts } = graphOf(write, 14)
  raiseLayerNormalizations(graph, facts)
  expect([operators(graph), graph.opset]).toEqual([['LayerNormalization'], 17])
  const old = graphOf(write, 12)
  raiseLayerNormalizations(old.graph, old.facts)
  expect([operators(old.graph).includes('LayerNormalization'), old.graph.opset]).toEqual([false, 12])
})

it('raises no graph with an operator that means something else in opset 17', () => {
  const boxes: Write = (g) =>
    g.op('RoiAlign', [written['LayerNormalization']!['divided, as PyTorch does']!(g), 'boxes', 'of'])
  const { graph, facts } = graphOf(boxes, 14)
  raiseLayerNormalizations(graph, facts)
  expect([operators(graph).includes('LayerNormalization'), graph.opset]).toEqual([false, 14])
  const later = graphOf(boxes, 16)
  raiseLayerNormalizations(later.graph, later.facts)
  expect(later.graph.opset).toBe(16)
  const newest = graphOf(boxes, 17)
  raiseLayerNormalizations(newest.graph, newest.facts)
  expect([operators(newest.graph), newest.graph.opset]).toEqual([['LayerNormalization', 'RoiAlign'], 17])
})
