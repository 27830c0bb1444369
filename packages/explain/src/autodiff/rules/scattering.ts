/** Operators that take or put elements at computed places. */
import { HeadlightError } from '../../errors'
import type { GraphBuilder } from '../../onnx/builder'
import { zerosLike } from '../broadcast'
import { refuseBatch } from '../along-axis'
import { wrapAxis } from '../constants'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** Whether updates are added to what stands there; else they replace it. Throws for other reductions. */
function isAdded({ node }: RuleContext): boolean {
  const reduction = node.stringAttr('reduction', 'none')
  if (reduction === 'add' || reduction === 'none') return reduction === 'add'
  throw new HeadlightError(
    'unsupported-model',
    `${node.op} (node '${node.label}') with reduction '${reduction}' has no gradient rule. Write the step in other operators.`,
  )
}

/** Indices that count the first `count` axes of x as well, which batch_dims leaves out. */
function fullIndices(g: GraphBuilder, indices: string, x: string, rank: number, count: number): string {
  if (count === 0) return indices
  const shape = g.op('Shape', [indices])
  const single = g.concat([g.slice(shape, [0], [rank - 1], [0]), g.ints([1])], 0)
  const counted = Array.from({ length: count }, (_, axis) => {
    const length = g.gather(g.op('Shape', [x]), g.int(axis), 0)
    const every = g.op('Range', [g.int(0), length, g.int(1)])
    const column = Array.from({ length: rank }, (__, at) => (at === axis ? -1 : 1))
    return g.op('Expand', [g.reshape(every, column), single])
  })
  return g.concat([...counted, indices], rank - 1)
}

export const scatteringRules = [
  /** The gradient of each element that was taken is added at its place in the input. */
  rule('GatherElements', { since: 16 }, (context) => {
    const { g, node, inputs, facts } = context
    const axis = node.intAttr('axis', 0)
    refuseBatch(facts(inputs[0]!), wrapAxis(axis, facts(inputs[0]!).dims.length), context)
    const added = g.op('ScatterElements', [zerosLike(g, inputs[0]!), inputs[1]!, onlyGrad(context)], {
      axis,
      reduction: 'add',
    })
    return [added, null]
  }),
  rule('GatherND', { since: 16 }, (context) => {
    const { g, node, inputs, facts } = context
    const [x, indices] = inputs as [string, string]
    const every = fullIndices(g, indices, x, facts(indices).dims.length, node.intAttr('batch_dims', 0))
    return [g.op('ScatterND', [zerosLike(g, x), every, onlyGrad(context)], { reduction: 'add' }), null]
  }),
  /** What was replaced has no gradient; an update has that of its place. */
  rule('ScatterND', {}, (context) => {
    const { g, inputs, needs } = context
    const [, indices, updates] = inputs as [string, string, string]
    const dy = onlyGrad(context)
    const added = isAdded(context)
    const toData = () => (added ? dy : g.op('ScatterND', [dy, indices, zerosLike(g, updates)]))
    return [needs(0) ? toData() : null, null, needs(2) ? g.op('GatherND', [dy, indices]) : null]
  }),
  rule('ScatterElements', {}, (context) => {
    const { g, node, inputs, facts, needs } = context
    const [data, indices, updates] = inputs as [string, string, string]
    const axis = node.intAttr('axis', 0)
    refuseBatch(facts(data), wrapAxis(axis, facts(data).dims.length), context, 'scatters along')
    const dy = onlyGrad(context)
    const added = isAdded(context)
    const toData = () => (added ? dy : g.op('ScatterElements', [dy, indices, zerosLike(g, updates)], { axis }))
    return [needs(0) ? toData() : null, null, needs(2) ? g.op('GatherElements', [dy, indices], { axis }) : null]
  }),
  /** The gradients of the largest values go back to where they were; which ones they are has no gradient. */
  rule('TopK', { since: 11 }, (context) => {
    const { g, node, inputs, outputs, facts } = context
    const axis = node.intAttr('axis', -1)
    refuseBatch(facts(inputs[0]!), wrapAxis(axis, facts(inputs[0]!).dims.length), context)
    const places = outputs[1] ? outputs[1] : g.like(node, inputs, {}, 2)[1]!
    return [g.op('ScatterElements', [zerosLike(g, inputs[0]!), places, onlyGrad(context)], { axis }), null]
  }),
]
