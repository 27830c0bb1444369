/**
 * Operators that ONNX Runtime's cpu has no double-precision kernel for, rewritten with those it has, for finite differences
 * in the certificate alone.
 */
import { resizeMaps, windowMaps } from '../autodiff/axis-maps'
import { timesMatrix } from '../autodiff/along-axis'
import { HeadlightError } from '../errors'
import { GraphBuilder } from '../onnx/builder'
import { tanhGelu } from '../onnx/decompose/gelu'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { doubleConv, doubleConvTranspose } from './double-convolution'
import { doubleErf } from './double-erf'
import type { DoubleContext, DoubleForm } from './double-form'

/** A function of one value. */
const elementwise =
  (build: (g: GraphBuilder, x: string, node: GraphNode) => string): DoubleForm =>
  ({ g, inputs, node }) =>
    build(g, inputs[0]!, node)

const positive = (g: GraphBuilder, x: string) => g.op('Greater', [x, g.scalar(0)])
/** e^x - 1 below 0, without overflow above. */
const expBelow = (g: GraphBuilder, x: string) => g.sub(g.op('Exp', [g.op('Min', [x, g.scalar(0)])]), g.scalar(1))
const clipped = (g: GraphBuilder, x: string) => g.op('Min', [g.op('Max', [x, g.scalar(0)]), g.scalar(1)])
/** log(1 + e^x). */
const softplus = (g: GraphBuilder, x: string) => {
  const small = g.op('Log', [g.add(g.scalar(1), g.op('Exp', [g.neg(g.op('Abs', [x]))]))])
  return g.add(g.relu(x), small)
}
const halfOf = (g: GraphBuilder, a: string) => g.scale(a, 0.5)

/** A product with a matrix along each axis. */
const alongAxes =
  (maps: (context: DoubleContext) => ReturnType<typeof resizeMaps>): DoubleForm =>
  (context) => {
    const { g, inputs, facts } = context
    const rank = facts(inputs[0]!).dims.length
    return maps(context).reduce((value, { axis, matrix }) => timesMatrix(g, value, matrix, { axis, rank }), inputs[0]!)
  }

/** Over all axes behind the channels. */
const overPlaces =
  (op: string): DoubleForm =>
  ({ g, inputs, facts }) =>
    g.reduce(
      op,
      inputs[0]!,
      facts(inputs[0]!).dims.flatMap((_, axis) => (axis < 2 ? [] : [axis])),
      true,
    )

const forms: Record<string, DoubleForm> = {
  Erf: elementwise(doubleErf),
  Gelu: elementwise((g, x, node) => {
    if (node.stringAttr('approximate', 'none') === 'tanh') return tanhGelu(g, x)
    return g.mul(halfOf(g, x), g.add(doubleErf(g, g.scale(x, Math.SQRT1_2)), g.scalar(1)))
  }),
  Softplus: elementwise(softplus),
  Softsign: elementwise((g, x) => g.div(x, g.add(g.scalar(1), g.op('Abs', [x])))),
  Mish: elementwise((g, x) => g.mul(x, g.op('Tanh', [softplus(g, x)]))),
  Elu: elementwise((g, x, node) => g.add(g.relu(x), g.scale(expBelow(g, x), node.floatAttr('alpha', 1)))),
  Selu: elementwise((g, x, node) => {
    const below = g.scale(expBelow(g, x), node.floatAttr('alpha', 1.6732631921768188))
    return g.scale(g.add(g.relu(x), below), node.floatAttr('gamma', 1.0507010221481323))
  }),
  Celu: elementwise((g, x, node) => {
    const alpha = node.floatAttr('alpha', 1)
    return g.add(g.relu(x), g.scale(expBelow(g, g.scale(x, 1 / alpha)), alpha))
  }),
  LeakyRelu: elementwise((g, x, node) => g.where(positive(g, x), x, g.scale(x, node.floatAttr('alpha', 0.01)))),
  ThresholdedRelu: elementwise((g, x, node) =>
    g.where(g.op('Greater', [x, g.scalar(node.floatAttr('alpha', 1))]), x, g.scalar(0)),
  ),
  HardSigmoid: elementwise((g, x, node) =>
    clipped(g, g.add(g.scale(x, node.floatAttr('alpha', 0.2)), g.scalar(node.floatAttr('beta', 0.5)))),
  ),
  HardSwish: elementwise((g, x) => g.mul(x, clipped(g, g.add(g.scale(x, 1 / 6), g.scalar(0.5))))),
  PRelu: ({ g, inputs: [x, slope] }) => g.where(positive(g, x!), x!, g.mul(x!, slope!)),
  Tan: elementwise((g, x) => g.div(g.op('Sin', [x]), g.op('Cos', [x]))),
  Sinh: elementwise((g, x) => halfOf(g, g.sub(g.op('Exp', [x]), g.op('Exp', [g.neg(x)])))),
  Cosh: elementwise((g, x) => halfOf(g, g.add(g.op('Exp', [x]), g.op('Exp', [g.neg(x)])))),
  Asinh: elementwise((g, x) => {
    const size = g.op('Abs', [x])
    const root = g.op('Sqrt', [g.add(g.mul(x, x), g.scalar(1))])
    return g.mul(g.op('Sign', [x]), g.op('Log', [g.add(size, root)]))
  }),
  Acosh: elementwise((g, x) => g.op('Log', [g.add(x, g.op('Sqrt', [g.sub(g.mul(x, x), g.scalar(1))]))])),
  Atanh: elementwise((g, x) => {
    return halfOf(g, g.op('Log', [g.div(g.add(g.scalar(1), x), g.sub(g.scalar(1), x))]))
  }),
  Mean: ({ g, inputs }) => g.scale(g.op('Sum', inputs), 1 / inputs.length),
  GlobalAveragePool: overPlaces('ReduceMean'),
  GlobalMaxPool: overPlaces('ReduceMax'),
  Conv: doubleConv,
  ConvTranspose: doubleConvTranspose,
  Resize: alongAxes(resizeMaps),
  AveragePool: alongAxes(windowMaps),
  LpPool: (context) => {
    const { g, node, inputs } = context
    const p = g.scalar(node.intAttr('p', 2))
    const powers = g.op('Pow', [g.op('Abs', [inputs[0]!]), p])
    const rank = context.facts(inputs[0]!).dims.length
    const sums = windowMaps(context, { p: 1 }).reduce(
      (value, { axis, matrix }) => timesMatrix(g, value, matrix, { axis, rank }),
      powers,
    )
    return g.op('Pow', [sums, g.op('Reciprocal', [p])])
  },
}

/** Operators with a form in double precision, for tests. */
export const rewrittenForDouble: readonly string[] = Object.keys(forms)

/**
 * Rewrites them in place, in a float graph whose floats are made doubles afterwards. Gives the nodes that stay in single
 * precision: they compute constant matrices, by operators that have no other kernel.
 */
export function replaceSingleOnlyOperators(graph: Graph, facts: Facts): Set<GraphNode> {
  const nodes: GraphNode[] = []
  const single = new Set<GraphNode>()
  let replaced = ''
  const g = new GraphBuilder(graph, 'double', (node) => {
    nodes.push(node)
    if (node.op === replaced) single.add(node)
  })
  g.floatType = 'float64'
  const factsOf = (name: string): ValueFacts => {
    const found = facts.get(name)
    if (!found) throw new HeadlightError('internal', `The shape of '${name}' is not known.`)
    return found
  }
  for (const node of graph.nodes) {
    const form = node.domain === '' && Object.hasOwn(forms, node.op) ? forms[node.op] : undefined
    if (!form) {
      nodes.push(node)
      continue
    }
    replaced = node.op
    const y = form({ node, inputs: node.inputs, outputs: node.outputs, g, facts: factsOf })
    replaced = ''
    g.op('Identity', [y], {}, [node.outputs[0]!])
  }
  graph.nodes = nodes
  return single
}
