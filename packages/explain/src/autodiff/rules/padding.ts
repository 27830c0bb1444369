/** Pad: constants, and edges, reflections and repeats of the value itself. */
import { HeadlightError } from '../../errors'
import { putBack, refuseBatch } from '../along-axis'
import { constantInts, wrapAxis } from '../constants'
import { onlyGrad, rule, type RuleContext } from '../rule'

interface Padded {
  axis: number
  before: number
  after: number
}

/** The place of x that stands at `at` of an axis of `length` places, which may lie outside of it. */
const SOURCES: Record<string, (at: number, length: number) => number> = {
  edge: (at, length) => Math.min(Math.max(at, 0), length - 1),
  reflect: (at, length) => {
    const period = Math.max(1, 2 * (length - 1))
    const within = ((at % period) + period) % period
    return Math.min(within, period - within)
  },
  wrap: (at, length) => ((at % length) + length) % length,
}

/** The gradient of the value that Pad fills with: the sum of dy outside of x. */
function fillGrad(context: RuleContext): string {
  const { g, inputs, outputs, facts } = context
  const { dims, batchAxis } = facts(outputs[0]!)
  if (batchAxis !== null) refuseBatch(facts(outputs[0]!), batchAxis, context)
  const ones = g.op('Expand', [g.scalar(1), g.op('Shape', [inputs[0]!])])
  const [, pads, , axes] = inputs as [string, string, string?, string?]
  const covered = g.op('Pad', axes ? [ones, pads, '', axes] : [ones, pads])
  const outside = g.mul(onlyGrad(context), g.sub(g.scalar(1), covered))
  const every = dims.map((_, axis) => axis)
  const { dims: own } = facts(inputs[2]!)
  return g.reshape(g.sum(outside, every, false), own)
}

/** The gradient of a cut-out of dy; negative pads crop, and the gradient of what was cropped is zero. */
function constantGrad(context: RuleContext, padded: readonly Padded[]): string {
  const { g, inputs, facts } = context
  const dims = facts(inputs[0]!).dims
  const sliced = g.slice(
    onlyGrad(context),
    padded.map(({ before }) => Math.max(before, 0)),
    padded.map(({ axis, before }) => before + dims[axis]!),
    padded.map(({ axis }) => axis),
  )
  const back = Array.from({ length: 2 * dims.length }, () => 0)
  for (const { axis, before, after } of padded) {
    back[axis] = Math.max(-before, 0)
    back[dims.length + axis] = Math.max(-after, 0)
  }
  return back.some((pad) => pad > 0) ? g.op('Pad', [sliced, g.ints(back)]) : sliced
}

/** Each place of dy is added to the place of x that it repeats, axis by axis. */
function repeatedGrad(context: RuleContext, padded: readonly Padded[], mode: string): string {
  const { g, node, inputs, facts } = context
  const source = SOURCES[mode]
  if (!source || padded.some(({ before, after }) => before < 0 || after < 0)) {
    throw new HeadlightError(
      'unsupported-model',
      `Pad (node '${node.label}') with mode '${mode}'${source ? ' and negative pads' : ''} has no gradient rule.`,
    )
  }
  const { dims } = facts(inputs[0]!)
  return padded.reduce((grad, { axis, before, after }) => {
    refuseBatch(facts(inputs[0]!), axis, context, 'pads')
    const length = dims[axis]!
    const sources = Array.from({ length: before + length + after }, (_, at) => source(at - before, length))
    return putBack(g, grad, sources, length, { axis, rank: dims.length })
  }, onlyGrad(context))
}

export const paddingRules = [
  rule('Pad', { since: 11 }, (context) => {
    const { node, inputs, facts, needs } = context
    const dims = facts(inputs[0]!).dims
    const mode = node.stringAttr('mode', 'constant')
    const pads = constantInts(context, 1)!
    const axes = (constantInts(context, 3) ?? dims.map((_, axis) => axis)).map((axis) => wrapAxis(axis, dims.length))
    const further = inputs.slice(1).map((name, at) => (at === 1 && name && needs(2) ? fillGrad(context) : null))
    const padded = axes.flatMap((axis, index) => {
      const [before, after] = [pads[index]!, pads[axes.length + index]!]
      return before === 0 && after === 0 ? [] : [{ axis, before, after }]
    })
    if (padded.length === 0) return [onlyGrad(context), ...further]
    return [mode === 'constant' ? constantGrad(context, padded) : repeatedGrad(context, padded, mode), ...further]
  }),
]
