/** O = A V of every head, in the order of the matrices, whatever axes the model's own product has. */
import { TensorProto_DataType as T } from 'onnx-buf'
import { HeadlightError } from '../errors'
import type { GraphBuilder } from '../onnx/builder'
import type { Facts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import type { AttentionSite } from './attention-sites'
import { einsumLabels } from './einsum-origins'

/** How the axes of the site's product lie: 'heads' are joined with the batch where they have no axis. */
interface ProductAxes {
  product: GraphNode
  /** Of V: the order of its axes that gives `[B, H, N, d]`, or `[B * H, N, d]`. */
  values: number[]
  /** Of O as the model has it: the order of the axes of `[B, H, N, d]`, or `[B * H, N, d]`, that gives it. */
  output: number[]
}

/**
 * O of a site, `[B, H, N, d]`, from its A, `[B, H, N, N]`; `single` where that is float32 whatever the model computes in. Throws 'unsupported-model' where it multiplies several values, or along axes that are not known.
 */
export function headOutput(
  g: GraphBuilder,
  site: AttentionSite,
  facts: Facts,
  { attention, single }: { attention: string; single: boolean },
): string {
  const { values } = productAxes(site, facts)
  const isDouble = facts.get(site.values)!.type === 'float64'
  const read = single && isDouble ? g.cast(site.values, T.FLOAT) : site.values
  const ordered = isInOrder(values) ? read : g.transpose(read, values)
  const apart =
    values.length === 4 ? ordered : g.reshape(ordered, [-1, site.heads, ...tokensAndWidth(site, facts, values)])
  return g.matMul(attention, apart)
}

/** A value `[B, H, 1, d]` or `[1, H, 1, d]` as it is added to what the site's product gives. */
export function besideProduct(
  g: GraphBuilder,
  site: AttentionSite,
  facts: Facts,
  value: string,
): { product: GraphNode; value: string } {
  const { product, values, output } = productAxes(site, facts)
  const width = tokensAndWidth(site, facts, values)[1]
  const joined = values.length === 4 ? value : g.reshape(value, [-1, 1, width])
  return { product, value: isInOrder(output) ? joined : g.transpose(joined, output) }
}

/** Width of a head's output, d. */
export function headWidth(site: AttentionSite, facts: Facts): number {
  return tokensAndWidth(site, facts, productAxes(site, facts).values)[1]
}

function tokensAndWidth(site: AttentionSite, facts: Facts, order: readonly number[]): [number, number] {
  const { dims } = facts.get(site.values)!
  return order.slice(-2).map((axis) => dims[axis]!) as [number, number]
}

const isInOrder = (order: readonly number[]) => order.every((axis, at) => axis === at)

function productAxes(site: AttentionSite, facts: Facts): ProductAxes {
  const [product, ...others] = site.products
  const refuse = (why: string) =>
    new HeadlightError(
      'unsupported-model',
      `The outputs of single heads cannot be told at the attention of node '${site.node.label}': ${why}.`,
    )
  if (!product || others.length > 0) throw refuse('it multiplies values several times')
  const { dims } = facts.get(site.values)!
  const rank = dims.length
  if (rank !== 3 && rank !== 4) throw refuse(`its values have ${rank} axes`)
  const lead = rank === 4 ? [0, 1] : [0]
  if (product.op === 'MatMul') {
    const last = [rank - 2, rank - 1]
    const order = [...lead, ...(site.tokenAxis === rank - 2 ? last : last.toReversed())]
    return { product, values: order, output: order }
  }
  const side = product.inputs.indexOf(site.values)
  const labels = einsumLabels(
    product,
    product.inputs.map((name) => facts.get(name)!.dims.length),
  )
  const [own, matrix] = [labels?.inputs[side], labels?.inputs[1 - side]]
  if (!labels || !own || !matrix || matrix.length !== rank) throw refuse('its equation is of another kind')
  const width = own.find((label) => !matrix.includes(label))
  const row = matrix.at(-2)
  const ordered = [...matrix.slice(0, -2), matrix.at(-1), width]
  const result = [...matrix.slice(0, -2), row, width]
  const values = ordered.map((label) => own.indexOf(label!))
  const output = labels.output.map((label) => result.indexOf(label))
  if ([...values, ...output].includes(-1) || output.length !== rank) throw refuse('its equation is of another kind')
  return { product, values, output }
}
