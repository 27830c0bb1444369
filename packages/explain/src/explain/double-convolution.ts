/** Convolutions as products of matrices, in double precision. */
import { timesMatrix } from '../autodiff/along-axis'
import { windowsOf, type Windows } from '../autodiff/rules/convolution'
import { HeadlightError } from '../errors'
import type { Facts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import { elementCount } from '../onnx/tensor'
import type { DoubleContext } from './double-form'

/** y = weights times the patches that each window sees, `[N, group, channels x kernel, places]`. */
export function doubleConv(context: DoubleContext): string {
  const { g, node, inputs, outputs, facts } = context
  const [x, weights, bias] = inputs as [string, string, string?]
  const [kernels, depth, ...kernel] = facts(weights).dims as [number, number, ...number[]]
  const places = placesOf(context, outputs[0]!)
  const windows = windowsOf(context, kernel, x, outputs[0]!)
  const group = node.intAttr('group', 1)
  const seen = g.reshape(patches(context, places, windows), [
    -1,
    group,
    depth * elementCount(kernel),
    elementCount(places),
  ])
  const product = g.matMul(g.reshape(weights, [group, kernels / group, depth * elementCount(kernel)]), seen)
  return withBias(context, g.reshape(product, [-1, kernels, ...places]), bias)
}

/** Each window of y gets weights times its place of x; windows are added where they lie, one axis after the other. */
export function doubleConvTranspose(context: DoubleContext): string {
  const { g, node, inputs, outputs, facts } = context
  const [x, weights, bias] = inputs as [string, string, string?]
  const [channels, depth, ...kernel] = facts(weights).dims as [number, number, ...number[]]
  const { strides, dilations, pads } = windowsOf(context, kernel, outputs[0]!, x)
  const group = node.intAttr('group', 1)
  const [from, to] = [placesOf(context, x), placesOf(context, outputs[0]!)]
  const size = elementCount(kernel)
  const perGroup = g.transpose(g.reshape(weights, [group, channels / group, depth * size]), [0, 2, 1])
  const product = g.matMul(perGroup, g.reshape(x, [-1, group, channels / group, elementCount(from)]))
  // [N, kernels, kernel.., places..] to [N, kernels, (kernel, places)..].
  const apart = g.reshape(product, [-1, group * depth, ...kernel, ...from])
  const paired = kernel.flatMap((_, axis) => [2 + axis, 2 + kernel.length + axis])
  const windows = g.reshape(g.transpose(apart, [0, 1, ...paired]), [
    -1,
    group * depth,
    ...kernel.map((length, axis) => length * from[axis]!),
  ])
  const added = kernel.reduce((value, length, axis) => {
    const matrix = new Float64Array(length * from[axis]! * to[axis]!)
    for (let at = 0; at < length; at++) {
      for (let place = 0; place < from[axis]!; place++) {
        const target = place * strides[axis]! + at * dilations[axis]! - pads[axis]!
        if (target >= 0 && target < to[axis]!) matrix[(at * from[axis]! + place) * to[axis]! + target] = 1
      }
    }
    const constant = g.constant({ type: 'float64', dims: [length * from[axis]!, to[axis]!], data: matrix })
    return timesMatrix(g, value, constant, { axis: 2 + axis, rank: 2 + kernel.length })
  }, windows)
  return withBias(context, added, bias)
}

/** Entries of the largest value that a node takes or gives in double precision, at batch 1; of a convolution its patches. */
export function doubleEntries(node: GraphNode, facts: Facts): number {
  const count = (name: string | undefined) => elementCount(facts.get(name ?? '')?.dims ?? [0])
  const [x, weights] = node.inputs
  const [y] = node.outputs
  const kernel = elementCount(facts.get(weights ?? '')?.dims.slice(2) ?? [])
  const [channels, places] = node.op === 'ConvTranspose' ? [y, x] : [x, y]
  if (!node.op.startsWith('Conv')) return Math.max(...node.outputs.map(count))
  return facts.get(channels!)!.dims[1]! * kernel * elementCount(facts.get(places!)!.dims.slice(2))
}

/** What each window sees: `[N, channels, kernel.., places..]`. */
function patches(
  { g, inputs, facts }: DoubleContext,
  places: number[],
  { strides, dilations, kernel, pads }: Windows,
): string {
  const { dims } = facts(inputs[0]!)
  const axes = kernel.map((_, axis) => axis)
  const last = axes.map((axis) => (places[axis]! - 1) * strides[axis]! + (kernel[axis]! - 1) * dilations[axis]!)
  const after = axes.map((axis) => Math.max(0, last[axis]! + 1 - pads[axis]! - dims[2 + axis]!))
  const before = pads.slice(0, kernel.length)
  const around = [0, 0, ...before, 0, 0, ...after]
  const padded = around.some((pad) => pad > 0) ? g.op('Pad', [inputs[0]!, g.ints(around)]) : inputs[0]!
  const gathered = axes.reduce((value, axis) => {
    const taken = Array.from({ length: kernel[axis]! }, (_, at) =>
      Array.from({ length: places[axis]! }, (__, place) => place * strides[axis]! + at * dilations[axis]!),
    ).flat()
    return g.gather(value, g.ints(taken), 2 + axis)
  }, padded)
  const split = g.reshape(gathered, [-1, dims[1]!, ...axes.flatMap((axis) => [kernel[axis]!, places[axis]!])])
  const [kernelAxes, placeAxes] = [0, 1].map((which) => axes.map((axis) => 2 + 2 * axis + which))
  return g.transpose(split, [0, 1, ...kernelAxes!, ...placeAxes!])
}

/** The lengths of the axes behind the channels; throws where the batch lies on one of them. */
function placesOf({ facts, node }: DoubleContext, name: string): number[] {
  const { dims, batchAxis } = facts(name)
  if (batchAxis !== null && batchAxis > 0) {
    throw new HeadlightError('unsupported-model', `${node.op} (node '${node.label}') runs along the batch.`)
  }
  return dims.slice(2)
}

function withBias({ g, facts, outputs }: DoubleContext, value: string, bias: string | undefined): string {
  if (!bias) return value
  const ones = facts(outputs[0]!).dims.slice(2)
  return g.add(value, g.reshape(bias, [-1, ...ones.map(() => 1)]))
}
