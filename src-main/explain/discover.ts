/** Finding the attention maps of a vision transformer in its graph, and refusing what is not plain global attention. */
import { HeadlightError } from '@shared/errors'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'

/** One layer's attention: a softmax whose result multiplies V. */
export interface AttentionSite {
  /** The softmax's output. */
  value: string
  /** The values that V is, as the product reads it. */
  values: string
  heads: number
  tokens: number
  /** `[B, H, N, N]`, or the heads merged with the batch, `[B*H, N, N]`. */
  layout: 'separate' | 'merged'
  node: GraphNode
}

export interface Attentions {
  sites: AttentionSite[]
  heads: number
  tokens: number
}

/** Operators between the softmax and V that do not change what the map means. */
const PASS_THROUGH = new Set(['Cast', 'Identity', 'Dropout', 'Reshape', 'Squeeze', 'Unsqueeze', 'Where'])
/** Operators that may look at the map on the side, to guard against NaN. */
const SIDE_LOOKS = new Set(['IsNaN', 'IsInf', 'Shape'])
const INT8_OPS =
  /^(QLinear|MatMulInteger|ConvInteger|DynamicQuantizeLinear|QuantizeLinear|DequantizeLinear|QAttention|MatMulNBits|DynamicQuantizeMatMul|QGemm)/

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** Refuses by name what can be told from the operators alone. Throws 'unsupported-model'. */
export function refuseByOperators(graph: Graph): void {
  const quantised = graph.nodes.find((node) => INT8_OPS.test(node.op))
  if (quantised) {
    throw refuse(
      `This is a quantised (int8) graph: it has ${quantised.qualifiedOp} (node '${quantised.label}'). Integers have no gradients; use the float model it was made from.`,
    )
  }
  const control = graph.nodes.find((node) => ['If', 'Loop', 'Scan'].includes(node.op))
  if (control) {
    throw refuse(
      `The graph has the control-flow operator ${control.op} (node '${control.label}'); export the model with fixed image size and without dynamic branches.`,
    )
  }
}

/** All attention maps in order of layers. Throws 'unsupported-model' with the reason. */
export function findAttentions(graph: Graph, facts: Facts): Attentions {
  const consumers = graph.consumers()
  const sites: AttentionSite[] = []
  for (const node of graph.nodes) {
    if (node.op !== 'Softmax') continue
    const shape = facts.get(node.outputs[0]!)!
    const rank = shape.dims.length
    if (rank < 3 || !lastAxis(node, rank, graph.opset)) continue
    const values = valuesOf(node, consumers)
    if (values === null) continue
    const site = siteOf(node, values, shape)
    if (site) sites.push(site)
  }
  if (sites.length === 0) throw refuse(noAttention(graph))
  const [first] = sites as [AttentionSite]
  const other = sites.find(({ tokens }) => tokens !== first.tokens)
  if (other) {
    throw refuse(
      `The number of tokens changes from ${first.tokens} to ${other.tokens} (node '${other.node.label}'): this is a hierarchical transformer, and rollout needs the same tokens in every layer.`,
    )
  }
  const uneven = sites.find(({ heads }) => heads !== first.heads)
  if (uneven)
    throw refuse(`The number of heads changes from ${first.heads} to ${uneven.heads} (node '${uneven.node.label}').`)
  return { sites, heads: first.heads, tokens: first.tokens }
}

function lastAxis(node: GraphNode, rank: number, opset: number): boolean {
  const axis = node.intAttr('axis', opset >= 13 ? -1 : 1)
  return axis === -1 || axis === rank - 1
}

/** Follows the map to the product with V; null where it ends elsewhere. */
function valuesOf(softmax: GraphNode, consumers: Map<string, GraphNode[]>): string | null {
  let value = softmax.outputs[0]!
  for (let steps = 0; steps < 16; steps++) {
    const readers = (consumers.get(value) ?? []).filter(({ op }) => !SIDE_LOOKS.has(op))
    if (readers.length === 0) return null
    const product = readers.find(({ op, inputs }) => (op === 'MatMul' || op === 'Einsum') && inputs[0] === value)
    if (product) return product.inputs[1]!
    const reversed = readers.find(({ op, inputs }) => op === 'Einsum' && inputs[1] === value)
    if (reversed) return reversed.inputs[0]!
    const next = readers.find(({ op }) => PASS_THROUGH.has(op))
    if (!next) {
      const [through] = readers as [GraphNode]
      throw refuse(
        `The attention of node '${softmax.label}' goes through ${through.qualifiedOp} (node '${through.label}') before it meets the values; Headlight explains plain attention only.`,
      )
    }
    value = next.outputs[0]!
  }
  return null
}

function siteOf(node: GraphNode, values: string, shape: ValueFacts): AttentionSite | null {
  const { dims, batchAxis } = shape
  const [rows, tokens] = dims.slice(-2) as [number, number]
  const value = node.outputs[0]!
  // One query that pools all tokens (an attention-pooling head) is not a layer of the rollout.
  if (rows !== tokens) {
    if (rows === 1) return null
    throw refuse(
      `The attention of node '${node.label}' is ${rows} x ${tokens}, not square: its queries and keys are different tokens, which rollout does not cover.`,
    )
  }
  const windowed = () =>
    refuse(
      `The attention of node '${node.label}' has shape [${dims.join(', ')}] for one image: it is windowed (as in Swin), and rollout needs global attention over all tokens.`,
    )
  if (batchAxis !== null && batchAxis !== 0)
    throw refuse(`The attention of node '${node.label}' has its batch on axis ${batchAxis}; Headlight needs it first.`)
  if (dims.length === 3) return { value, values, heads: dims[0]!, tokens, layout: 'merged', node }
  if (dims.length !== 4 || dims[0] !== 1) throw windowed()
  return { value, values, heads: dims[1]!, tokens, layout: 'separate', node }
}

function noAttention(graph: Graph): string {
  const convolutions = graph.nodes.filter(({ op }) => op === 'Conv').length
  const softmaxes = graph.nodes.filter(({ op }) => op === 'Softmax').length
  if (convolutions > 1 && softmaxes === 0) {
    return `No attention was found: this looks like a convolutional network (${convolutions} Conv operators, no Softmax). Headlight explains vision transformers.`
  }
  return 'No attention was found: the graph has no softmax over tokens whose result multiplies values. Export the model in its eager form (for transformers: attn_implementation="eager").'
}
