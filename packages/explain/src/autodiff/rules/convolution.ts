/** Convolutions and transposed convolutions: the gradient of one is the other, with the same weights. */
import { HeadlightError } from '../../errors'
import { onlyGrad, rule, type RuleContext } from '../rule'

/** How the windows of a convolution lie. */
export interface Windows {
  strides: number[]
  dilations: number[]
  kernel: number[]
  /** Before each spatial axis, then after each. */
  pads: number[]
}

const AUTO_PADS = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']

/** Strides, dilations and pads over the spatial axes; `large` is the value that windows are cut from, `small` has a place for each. */
export function windowsOf(
  { node, facts }: Pick<RuleContext, 'node' | 'facts'>,
  kernel: readonly number[],
  large: string,
  small: string,
): Windows {
  const ones = kernel.map(() => 1)
  const strides = node.intsAttr('strides') ?? ones
  const dilations = node.intsAttr('dilations') ?? ones
  const automatic = node.stringAttr('auto_pad', 'NOTSET')
  if (!AUTO_PADS.includes(automatic)) throw unknown(node.op, node.label, `auto_pad '${automatic}'`)
  const zeros = [...ones, ...ones].map(() => 0)
  if (!automatic.startsWith('SAME')) {
    const pads = automatic === 'VALID' ? zeros : (node.intsAttr('pads') ?? zeros)
    return { strides, dilations, kernel: [...kernel], pads }
  }
  const totals = ones.map((_, axis) => {
    const [wide, narrow] = [facts(large).dims[2 + axis]!, facts(small).dims[2 + axis]!]
    return Math.max(0, (narrow - 1) * strides[axis]! + dilations[axis]! * (kernel[axis]! - 1) + 1 - wide)
  })
  const first = automatic === 'SAME_UPPER' ? Math.floor : Math.ceil
  const before = totals.map((total) => first(total / 2))
  return {
    strides,
    dilations,
    kernel: [...kernel],
    pads: [...before, ...totals.map((total, at) => total - before[at]!)],
  }
}

const unknown = (op: string, label: string, what: string) =>
  new HeadlightError(
    'unsupported-model',
    `${op} (node '${label}') with ${what} has no gradient rule. Export the model with explicit settings.`,
  )

/** dx of y = Conv(x, weights) for dy: the transposed convolution, grown to the places of x that no window reached. */
function transposed(
  context: RuleContext,
  weights: string,
  { strides, dilations, kernel, pads }: Windows,
  [large, small]: [string, string],
  group: number,
): string {
  const { g, facts } = context
  const axes = kernel.map((_, axis) => axis)
  const output_padding = axes.map((axis) => {
    const reached = (facts(small).dims[2 + axis]! - 1) * strides[axis]! + dilations[axis]! * (kernel[axis]! - 1) + 1
    return facts(large).dims[2 + axis]! - (reached - pads[axis]! - pads[kernel.length + axis]!)
  })
  // The runtime takes an output padding below the stride only; the rest is appended.
  const within = output_padding.map((count, axis) => Math.min(count, Math.max(strides[axis]!, dilations[axis]!) - 1))
  const values = { strides, dilations, pads, group, kernel_shape: kernel, output_padding: within }
  const grad = g.op('ConvTranspose', [onlyGrad(context), weights], values)
  return axes.reduce((value, axis) => {
    const count = output_padding[axis]! - within[axis]!
    return count > 0 ? g.padAfter(value, { axis: 2 + axis, count, rank: 2 + kernel.length }) : value
  }, grad)
}

export const convolutionRules = [
  rule('Conv', {}, (context) => {
    const { node, inputs, outputs, facts, needs } = context
    const [x, weights] = inputs as [string, string]
    const windows = windowsOf(context, facts(weights).dims.slice(2), x, outputs[0]!)
    const dx = needs(0) ? transposed(context, weights, windows, [x, outputs[0]!], node.intAttr('group', 1)) : null
    return [dx, ...inputs.slice(1).map(() => null)]
  }),
  rule('ConvTranspose', {}, (context) => {
    const { g, node, inputs, outputs, facts, needs } = context
    const [x, weights] = inputs as [string, string]
    if (node.intsAttr('output_shape')) throw unknown(node.op, node.label, 'output_shape')
    const { strides, dilations, kernel, pads } = windowsOf(context, facts(weights).dims.slice(2), outputs[0]!, x)
    const group = node.intAttr('group', 1)
    const values = { strides, dilations, pads, group, kernel_shape: kernel }
    const grad = () => {
      const dx = g.op('Conv', [onlyGrad(context), weights], values)
      // Output padding of a whole stride or more makes windows behind the last.
      const sizes = kernel.map((_, axis) => facts(x).dims[2 + axis]!)
      const axes = kernel.map((_, axis) => 2 + axis)
      return g.slice(
        dx,
        sizes.map(() => 0),
        sizes,
        axes,
      )
    }
    return [needs(0) ? grad() : null, ...inputs.slice(1).map(() => null)]
  }),
]
