/** Finds the attention matrices that multiply V, from each softmax to the products with values. */
import { HeadlightError } from '../errors'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { findAxisOrigins } from './axis-origins'
import { downstream } from './dependence'
import { NotAChain } from './not-a-chain'
import { shapeOf, type MatrixUse, type SiteShape } from './site-shape'

/** One attention: a matrix A, and the products in which it multiplies V. */
export interface AttentionSite extends MatrixUse {
  heads: number
  tokens: number
  /** `[B, H, N, N]`, or the heads merged with the batch, `[B*H, N, N]`. */
  layout: 'separate' | 'merged'
  /** True where A is more than a softmax: its entries may be negative, and its rows need not sum to 1. */
  mixed: boolean
  softmaxes: GraphNode[]
  /** How its matrices lie, where they are not one square matrix a head; `tokens` are then its columns. */
  shape?: SiteShape
}

export interface FoundSites {
  sites: AttentionSite[]
  /** Softmaxes of a single query that pools tokens: no layers of a rollout. */
  pooling: GraphNode[]
  /** Softmaxes that do not depend on the pixels, as in a text encoder with fixed prompts. */
  fixed: GraphNode[]
}

/** Operators between the softmax and V that do not change what the map means. */
const PASS_THROUGH = new Set(['Cast', 'Identity', 'Dropout', 'Reshape', 'Squeeze', 'Unsqueeze', 'Where'])
/** Operators that may look at the map on the side, to guard against NaN. */
const SIDE_LOOKS = new Set(['IsNaN', 'IsInf', 'Shape'])

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** All attentions in the order of their nodes. Throws 'unsupported-model', a `NotAChain` for one that rollout does not cover. */
export function findSites(graph: Graph, facts: Facts): FoundSites {
  const producers = graph.producers()
  const found: FoundSites = { sites: [], pooling: [], fixed: [] }
  for (const { node, products, fixed } of softmaxesOf(graph, facts, 'rollout')) {
    const [rows, columns] = facts.get(node.outputs[0]!)!.dims.slice(-2) as [number, number]
    if (fixed) found.fixed.push(node)
    // One query that pools all tokens (an attention-pooling head) is not a layer of the rollout.
    else if (rows === 1 && columns !== 1) found.pooling.push(node)
    else {
      const site = siteOf(node, products, (operand) => mapBefore(operand, facts, producers))
      addSite(found.sites, { ...site, ...layoutOf(node, facts.get(site.value)!) })
    }
  }
  return found
}

/**
 * All attentions of any shape: over windows, with fewer keys than queries, of a single query, over channels. Throws
 * 'unsupported-model' where their heads cannot be found.
 */
export function findAnySites(graph: Graph, facts: Facts): Pick<FoundSites, 'sites' | 'fixed'> {
  const origins = findAxisOrigins(graph, facts)
  const found: Pick<FoundSites, 'sites' | 'fixed'> = { sites: [], fixed: [] }
  for (const { node, products, fixed } of softmaxesOf(graph, facts, 'any')) {
    if (fixed) {
      found.fixed.push(node)
      continue
    }
    const site = siteOf(node, products, (operand) => operand)
    const shape = shapeOf(site, facts, origins)
    addSite(found.sites, { ...site, heads: shape.heads, tokens: shape.columns, layout: 'separate', shape })
  }
  return found
}

/** Softmaxes whose result multiplies values, and the products; `fixed` where no pixel is read. */
function* softmaxesOf(graph: Graph, facts: Facts, covered: Covered) {
  const consumers = graph.consumers()
  const onPixels = downstream(graph, [graph.inputs[0]!.name])
  const constants = new Set(graph.initializers.keys())
  for (const node of graph.nodes) {
    if (node.op !== 'Softmax') continue
    const { dims } = facts.get(node.outputs[0]!)!
    const axis = softmaxAxis(node, dims.length, graph.opset)
    // Before opset 13 a softmax runs over all axes from its own on.
    const first = dims.length - (covered === 'any' && graph.opset >= 13 ? 2 : 1)
    if (dims.length < 3 || axis < first) continue
    const fixed = !onPixels.has(node.outputs[0]!)
    const products = productsOf(node, facts, consumers, fixed ? constants : onPixels, { depend: !fixed, covered })
    if (products.length > 0) yield { node, products, fixed }
  }
}

/** Which products with a map are attention: those of a rollout, A V, or any. */
type Covered = 'rollout' | 'any'

/** The axis along which a softmax of `rank` axes sums to 1. */
export function softmaxAxis(node: GraphNode, rank: number, opset: number): number {
  const axis = node.intAttr('axis', opset >= 13 ? -1 : 1)
  return axis < 0 ? axis + rank : axis
}

interface Product {
  node: GraphNode
  /** The operand that the map became. */
  operand: string
  values: string
  tokenAxis: number
  /** The softmax as it is read, behind a guard against NaN; null where something else was made of it. */
  plain: string | null
}

/** Follows a map through everything that keeps two axes of its tokens, to the products with values. */
function productsOf(
  softmax: GraphNode,
  facts: Facts,
  consumers: Map<string, GraphNode[]>,
  values: ReadonlySet<string>,
  { depend, covered }: { depend: boolean; covered: Covered },
): Product[] {
  const [rows, columns] = facts.get(softmax.outputs[0]!)!.dims.slice(-2) as [number, number]
  const isMap = (name: string) => holdsMap(facts.get(name), rows, columns)
  const plain = new Map<string, string | null>([[softmax.outputs[0]!, softmax.outputs[0]!]])
  const turned = new Set<string>()
  const products: Product[] = []
  const open = [softmax.outputs[0]!]
  for (let at = 0; at < open.length; at++) {
    const value = open[at]!
    for (const reader of consumers.get(value) ?? []) {
      if (SIDE_LOOKS.has(reader.op)) continue
      const isValues = (other: string) => !plain.has(other) && (depend ? values.has(other) : !values.has(other))
      const product = productWith(reader, { value, turned: turned.has(value) }, facts, isValues, covered)
      if (product) {
        products.push({ ...product, plain: plain.get(value)! })
        continue
      }
      const turns = reader.op === 'Transpose' && swapsLastTwo(reader)
      const keeps = PASS_THROUGH.has(reader.op) || turns ? plain.get(value)! : null
      for (const output of reader.outputs) {
        if (!output || plain.has(output) || !isMap(output)) continue
        plain.set(output, keeps !== null && reader.op === 'Where' ? output : keeps)
        if (turns !== turned.has(value)) turned.add(output)
        open.push(output)
      }
    }
  }
  return products
}

function holdsMap(facts: ValueFacts | undefined, rows: number, columns: number): boolean {
  if (!facts) return false
  const row = facts.dims.indexOf(rows)
  return row >= 0 && facts.dims.some((dim, axis) => axis !== row && dim === columns)
}

function swapsLastTwo(node: GraphNode): boolean {
  const perm = node.intsAttr('perm')
  const rank = perm?.length ?? 0
  return rank >= 2 && perm!.every((axis, at) => axis === (at < rank - 2 ? at : at === rank - 1 ? rank - 2 : rank - 1))
}

/** The product of a map with values that do not depend on it: A V, or transposed, V^T A^T. */
function productWith(
  node: GraphNode,
  { value, turned }: { value: string; turned: boolean },
  facts: Facts,
  isValues: (name: string) => boolean,
  covered: Covered,
): Omit<Product, 'plain'> | null {
  if (node.op !== 'MatMul' && node.op !== 'Einsum') return null
  const side = node.inputs.indexOf(value)
  const other = node.inputs[1 - side]
  if (node.inputs.length !== 2 || other === undefined || !isValues(other)) return null
  const rank = facts.get(other)!.dims.length
  if (node.op === 'Einsum') {
    const tokenAxis = summedAxis(node.stringAttr('equation', ''), side, rank)
    if (tokenAxis !== null) return { node, operand: value, values: other, tokenAxis }
  } else if (covered === 'any' || (side === 0 ? !turned : turned)) {
    return { node, operand: value, values: other, tokenAxis: side === 0 ? rank - 2 : rank - 1 }
  }
  throw new NotAChain(
    `Node '${node.label}' multiplies values with an attention along its rows, not its columns; Headlight explains plain attention only.`,
  )
}

/** The axis of the other operand that is summed with the last axis of operand `side`; null where it is another. */
function summedAxis(equation: string, side: number, rank: number): number | null {
  const [inputs = '', output = ''] = equation.replaceAll(' ', '').split('->')
  const terms = inputs.split(',')
  const label = terms[side]?.at(-1)
  const term = terms[1 - side]
  if (!label || term === undefined || !term.includes(label) || output.includes(label)) return null
  const dots = term.indexOf('...')
  const at = term.indexOf(label)
  return dots < 0 || at < dots ? at : rank - (term.length - at)
}

function siteOf(
  node: GraphNode,
  products: Product[],
  mixedMap: (operand: string) => string,
): Omit<AttentionSite, 'heads' | 'tokens' | 'layout'> {
  const matrices = products.map(({ plain, operand }) => plain ?? mixedMap(operand))
  const value = matrices[0]!
  const mixed = products[0]!.plain === null
  const other = products.find((_, at) => matrices[at] !== value)
  if (other) {
    throw refuse(
      `The attention of node '${node.label}' multiplies values in two forms (nodes '${products[0]!.node.label}' and '${other.node.label}'); Headlight explains one matrix a layer.`,
    )
  }
  const { values, tokenAxis } = products[0]!
  return { value, values, tokenAxis, mixed, node, softmaxes: [node], products: products.map((product) => product.node) }
}

/** The value with a map's shape that a product's operand is, without reshapes and casts on the way. */
function mapBefore(operand: string, facts: Facts, producers: Map<string, GraphNode>): string {
  let value = operand
  for (;;) {
    const { dims } = facts.get(value)!
    if (dims.length === 4 && dims[2] === dims[3]) return value
    const producer = producers.get(value)
    if (!producer || !PASS_THROUGH.has(producer.op) || producer.op === 'Where') return operand
    value = producer.inputs[0]!
  }
}

function layoutOf(
  node: GraphNode,
  { dims, batchAxis }: ValueFacts,
): Pick<AttentionSite, 'heads' | 'tokens' | 'layout'> {
  const [rows, tokens] = dims.slice(-2) as [number, number]
  if (rows !== tokens) {
    throw new NotAChain(
      `The attention of node '${node.label}' is ${rows} x ${tokens}, not square: its queries and keys are different tokens, which rollout does not cover.`,
    )
  }
  if (batchAxis !== null && batchAxis !== 0)
    throw new NotAChain(`The attention of node '${node.label}' has its batch on axis ${batchAxis}, not first.`)
  if (dims.length === 3) return { heads: dims[0]!, tokens, layout: 'merged' }
  if (dims.length !== 4 || dims[0] !== 1) {
    throw new NotAChain(
      `The attention of node '${node.label}' has shape [${dims.join(', ')}] for one image: it is windowed (as in Swin), and rollout needs one map over all tokens.`,
    )
  }
  return { heads: dims[1]!, tokens, layout: 'separate' }
}

/** Several softmaxes may make one matrix, as in differential attention, which subtracts one from another. */
function addSite(sites: AttentionSite[], site: AttentionSite): void {
  const same = sites.find(({ value }) => value === site.value)
  if (!same) sites.push(site)
  else same.softmaxes.push(...site.softmaxes)
}
