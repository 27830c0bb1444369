/** Convolutions, pooling and resizing over grids of tokens. */
import type { GraphNode } from '../../onnx/node'
import type { FlowState, Tokens } from './token-state'
import { kernelReads, resampled, scaledReads, summed } from './token-mixing'

const KERNELS = new Set(['Conv', 'FusedConv', 'MaxPool', 'AveragePool', 'LpPool'])
const GLOBAL = new Set(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'])

/**
 * The tokens of such an operator's output; null where it is none. A convolution that keeps the grid keeps its tokens, whatever it
 * mixes of their neighbours; one that strides, or a pooling, makes each of those under its kernel.
 */
export function resized(node: GraphNode, output: string, { spaces, of, dims }: FlowState): Tokens | null {
  const tokens = of.get(node.inputs[0]!)
  if (!tokens || 'lost' in tokens) return null
  const [from, to] = [dims(node.inputs[0]!), dims(output)]
  const grid = from.slice(2)
  if (GLOBAL.has(node.op))
    return tokens.map((field) =>
      summed(
        spaces,
        field,
        grid.map((_, at) => at + 2),
      ),
    )
  if (KERNELS.has(node.op)) {
    const pooled = node.op.endsWith('Pool')
    const kernel = node.intsAttr('kernel_shape') ?? dims(node.inputs[1]!).slice(2)
    const strides = node.intsAttr('strides') ?? grid.map(() => 1)
    const dilations = node.intsAttr('dilations') ?? grid.map(() => 1)
    const before = padsBefore(node, { from: grid, to: to.slice(2), kernel, strides, dilations })
    const group = node.intAttr('group', 1)
    return tokens.map((field) => {
      // Channels that stand for other places, as behind a space-to-depth, are summed too.
      const channels = pooled || group > 1 ? field : summed(spaces, field, [1])
      const axes = grid.flatMap((length, at) => {
        const keeps = strides[at] === 1 && to[at + 2] === length
        if (keeps) return []
        const reads = kernelReads({
          ...{ length, kernel: kernel[at]!, stride: strides[at]! },
          ...{ dilation: dilations[at]!, before: before[at]! },
        })
        return [{ axis: at + 2, length: to[at + 2]!, reads }]
      })
      return resampled(spaces, channels, axes)
    })
  }
  if (node.op === 'Resize' || node.op === 'Upsample' || node.op === 'ConvTranspose') {
    return tokens.map((field) => {
      const channels = node.op === 'ConvTranspose' ? summed(spaces, field, [1]) : field
      const axes = from.flatMap((length, axis) =>
        to[axis] === length || (node.op === 'ConvTranspose' && axis < 2)
          ? []
          : [{ axis, length: to[axis]!, reads: scaledReads(length, to[axis]!) }],
      )
      return resampled(spaces, channels, axes)
    })
  }
  return null
}

function padsBefore(
  node: GraphNode,
  {
    from,
    to,
    kernel,
    strides,
    dilations,
  }: Record<'from' | 'to' | 'kernel' | 'strides' | 'dilations', readonly number[]>,
): number[] {
  const auto = node.stringAttr('auto_pad', 'NOTSET')
  if (!auto.startsWith('SAME')) return node.intsAttr('pads')?.slice(0, from.length) ?? from.map(() => 0)
  return from.map((length, at) => {
    const total = Math.max(0, (to[at]! - 1) * strides[at]! + dilations[at]! * (kernel[at]! - 1) + 1 - length)
    return auto === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2)
  })
}
