import { expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/builder'
import type { Facts, ValueFacts } from '../onnx/facts'
import { Graph } from '../onnx/graph'
import { withComposites } from './composite'

type Write = (g: GraphBuilder) => string

const sqrt2 = (g: GraphBuilder) => g.scalar(Math.SQRT2)
const erfPlusOne = (g: GraphBuilder, u: string) => g.add(g.op('Erf', [u]), g.scalar(1))

/** What exporters write for x/2 (1 + erf(x / sqrt 2)). */
const written: Record<string, Write> = {
  'half at the end': (g) => g.mul(g.mul('x', erfPlusOne(g, g.div('x', sqrt2(g)))), g.scalar(0.5)),
  'half of x': (g) => g.mul(g.scale('x', 0.5), erfPlusOne(g, g.scale('x', Math.SQRT1_2))),
  'half of the sum': (g) => g.mul(g.mul(erfPlusOne(g, g.div('x', sqrt2(g))), g.scalar(0.5)), 'x'),
}

const others: Record<string, Write> = {
  'another argument': (g) => g.mul(g.mul('x', erfPlusOne(g, g.scale('x', 0.7))), g.scalar(0.5)),
  'another factor': (g) => g.mul(g.mul('x', erfPlusOne(g, g.div('x', sqrt2(g)))), g.scalar(0.6)),
  'another summand': (g) => g.mul(g.scale('x', 0.5), g.add(g.op('Erf', [g.div('x', sqrt2(g))]), g.scalar(2))),
  'an inner value that is read elsewhere': (g) => {
    const erf = g.op('Erf', [g.div('x', sqrt2(g))])
    return g.add(g.mul(g.scale('x', 0.5), g.add(erf, g.scalar(1))), erf)
  },
}

function operators(write: Write): string[] {
  const graph = new Graph()
  graph.opsets.set('', 17)
  const g = new GraphBuilder(graph, 'test')
  graph.outputs = [{ name: write(g), type: 'float32', dims: [] }]
  const constants = [...graph.initializers.keys()].map((name): [string, ValueFacts] => {
    const constant = graph.constant(name)!
    return [name, { type: 'float32', dims: constant.dims, batchAxis: null, constant }]
  })
  const facts: Facts = new Map(constants)
  return withComposites(graph, facts).map(({ op }) => op)
}

it.each(Object.entries(written))('%s is one Gelu', (_, write) => expect(operators(write)).toEqual(['Gelu']))

it.each(Object.entries(others))('%s is not', (_, write) => expect(operators(write)).not.toContain('Gelu'))
