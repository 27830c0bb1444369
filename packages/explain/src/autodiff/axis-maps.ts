/**
 * Operators that act on each axis by itself, as a product with a matrix: Resize, and sums and averages over windows. The
 * matrices are not computed here from the many modes, roundings and borders: the operator itself is applied to the unit
 * vectors, a computation without inputs that ONNX Runtime does once, when it loads the graph.
 */
import { HeadlightError } from '../errors'
import type { Attributes, GraphBuilder } from '../onnx/builder'
import type { ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import { TensorProto_DataType as T } from 'onnx-buf'
import { refuseBatch } from './along-axis'

interface Applied {
  node: GraphNode
  inputs: string[]
  outputs: string[]
  g: GraphBuilder
  facts(name: string): ValueFacts
}

export interface AxisMap {
  axis: number
  /** `[from, to]`. */
  matrix: string
}

/** The maps of a Resize, one for each axis that changes. Throws 'unsupported-model' for forms whose axes depend on each other. */
export function resizeMaps(context: Applied): AxisMap[] {
  const { node, inputs, outputs, facts, g } = context
  const transformation = node.stringAttr('coordinate_transformation_mode', 'half_pixel')
  const policy = node.stringAttr('keep_aspect_ratio_policy', 'stretch')
  const [x, y] = [facts(inputs[0]!), facts(outputs[0]!)]
  const [scaleInput, sizes] = g.opset < 11 ? [inputs[1], undefined] : [inputs[2], inputs[3]]
  if (transformation === 'tf_crop_and_resize') throw unknown(node, `the mode '${transformation}'`)
  if (sizes && policy !== 'stretch') throw unknown(node, `keep_aspect_ratio_policy '${policy}'`)
  const scales = sizes ? undefined : scalesOf(context, scaleInput)
  return y.dims.flatMap((to, axis) => {
    const from = x.dims[axis]!
    const scale = scales?.[axis]
    if (from === to && (scale === undefined || scale === 1)) return []
    refuseBatch(x, axis, context, 'resizes')
    const matrix = matrixOf(context, axis, (unit, dims) => {
      const without = { axes: undefined }
      const lengths = dims.map((length, at) => (at === axis ? to : length))
      if (scale === undefined) return g.like(node, [unit, '', '', g.ints(lengths)], without)[0]!
      const factors = g.constant(
        g.floats(
          [dims.length],
          dims.map((_, at) => (at === axis ? scale : 1)),
        ),
      )
      return g.like(node, g.opset < 11 ? [unit, factors] : [unit, '', factors], without)[0]!
    })
    return [{ axis, matrix }]
  })
}

/** The maps of AveragePool, or of the sums within LpPool (`p` 1), one for each axis behind the channels. */
export function windowMaps(context: Applied, changes: Attributes = {}): AxisMap[] {
  const { node, g, facts, inputs } = context
  const kernel = node.intsAttr('kernel_shape')!
  const own = (name: string, spatial: number, otherwise: number) =>
    kernel.map((_, at) => (at === spatial ? (node.intsAttr(name)?.[at] ?? otherwise) : otherwise))
  return kernel.map((_, spatial) => {
    refuseBatch(facts(inputs[0]!), 2 + spatial, context, 'averages over')
    const pads = node
      .intsAttr('pads')
      ?.map((pad, at, { length }) => (at === spatial || at === length / 2 + spatial ? pad : 0))
    const along: Attributes = {
      kernel_shape: own('kernel_shape', spatial, 1),
      strides: own('strides', spatial, 1),
      ...(node.intsAttr('dilations') ? { dilations: own('dilations', spatial, 1) } : {}),
      ...(pads ? { pads } : {}),
      ...changes,
    }
    return { axis: 2 + spatial, matrix: matrixOf(context, 2 + spatial, (unit) => g.like(node, [unit], along)[0]!) }
  })
}

/** The operator on the unit vectors of an axis, one a sample; in the type that is met. */
function matrixOf(
  { g, facts, inputs, outputs }: Applied,
  axis: number,
  apply: (unit: string, dims: number[]) => string,
): string {
  const [x, y] = [facts(inputs[0]!).dims, facts(outputs[0]!).dims]
  const [from, to] = [x[axis]!, y[axis]!]
  const unit = new Float32Array(from * from)
  for (let at = 0; at < from; at++) unit[at * from + at] = 1
  const dims = x.map((_, at) => (at === 0 || at === axis ? from : 1))
  // Its kernels take single precision only.
  const matrix = g.meeting('float32', () =>
    g.reshape(apply(g.constant({ type: 'float32', dims, data: unit }), dims), [from, to]),
  )
  return g.floatType === 'float64' ? g.cast(matrix, T.DOUBLE) : matrix
}

/** The scale of each axis. */
function scalesOf({ node, facts, inputs }: Applied, input: string | undefined): number[] {
  const constant = input ? facts(input).constant : undefined
  if (!constant) throw unknown(node, 'scales that change with the image or the batch')
  const rank = facts(inputs[0]!).dims.length
  const given = Array.from(constant.data as Float32Array, Number)
  const axes = node.intsAttr('axes')?.map((axis) => (axis < 0 ? axis + rank : axis))
  if (!axes) return given
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? given[axes.indexOf(axis)]! : 1))
}

const unknown = (node: GraphNode, what: string) =>
  new HeadlightError(
    'unsupported-model',
    `${node.op} (node '${node.label}') with ${what} has no gradient rule. Export the model with explicit settings.`,
  )
