/**
 * Which token of the picture each place of each value is: token numbers are sent through the graph's own reshapes, rolls and
 * transposes; where places are summed, strided or pooled, new tokens are made of equal shares of the old ones.
 */
import type { Facts } from '../../onnx/facts'
import type { Graph } from '../../onnx/graph'
import type { GraphNode } from '../../onnx/node'
import type { AttentionSite } from '../attention-sites'
import { contracted } from './token-products'
import type { FlowState, Tokens } from './token-state'
import { merged } from './token-merging'
import { moved } from './token-moves'
import { resized } from './token-grids'
import { summed } from './token-mixing'
import { reshaped, type TokenField } from './token-field'
import { TokenSpaces } from './token-space'

export interface TokenFlow {
  spaces: TokenSpaces
  of: ReadonlyMap<string, Tokens>
}

/** Operators whose results lie place by place over what they read, with ONNX's broadcasting. */
const PLACE_BY_PLACE = new Set(
  `Abs Acos Add And Asin Atan BatchNormalization Cast CastLike Ceil Celu Clip Cos Div Dropout Elu Equal Erf Exp Floor Gelu Greater
  GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity InstanceNormalization IsInf IsNaN LayerNormalization LeakyRelu Less
  LessOrEqual Log LogSoftmax LpNormalization LRN Max Mean MeanVarianceNormalization Min Mish Mod Mul Neg Not Or Pow PRelu
  RMSNormalization Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin SimplifiedLayerNormalization Softmax Softplus Softsign Sqrt Sub Sum
  Swish Tan Tanh ThresholdedRelu Trilu Where Xor Expand`.split(/\s+/),
)
const RESHAPES = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'])

export function followTokens(graph: Graph, facts: Facts, sites: readonly AttentionSite[]): TokenFlow {
  const input = graph.inputs[0]!
  const [, , height, width] = facts.get(input.name)!.dims as [number, number, number, number]
  const spaces = new TokenSpaces(height * width)
  const of = new Map<string, Tokens>()
  const owns = new Map<string, number>()
  const state: FlowState = {
    ...{ graph, facts, spaces, of },
    siteOf: new Map(sites.flatMap((site) => site.products.map((node) => [node, site] as const))),
    own: (name, place) => {
      const key = `${place} ${name}`
      if (!owns.has(key)) owns.set(key, owns.size)
      return owns.get(key)!
    },
    dims: (name) => facts.get(name)?.dims ?? [],
    ints: (name) => {
      const data =
        name === undefined || name === '' ? undefined : (facts.get(name)?.constant ?? graph.constant(name))?.data
      return data ? Array.from(data as ArrayLike<number | bigint>, Number) : null
    },
  }
  const labels = Int32Array.from({ length: height * width }, (_, at) => at)
  of.set(input.name, [{ space: spaces.pixels, dims: [1, 1, height, width], labels, side: '' }])
  for (const node of graph.nodes) {
    if (node.op === 'Shape' || node.op === 'Size' || !node.inputs.some((name) => of.has(name))) continue
    for (const output of node.outputs) {
      const known = facts.get(output)
      if (!known || known.constant) continue
      of.set(output, tokensOf(node, output, state))
    }
  }
  return { spaces, of }
}

function tokensOf(node: GraphNode, output: string, state: FlowState): Tokens {
  const read = node.inputs.map((name) => state.of.get(name)).filter((tokens) => tokens !== undefined)
  const matrix = read.some((tokens) => !('lost' in tokens) && tokens.some(({ side }) => side !== ''))
  const lost = read.find((tokens) => 'lost' in tokens)
  // A bias whose tokens are not known does not change whose scores they are.
  if (lost && !(matrix && PLACE_BY_PLACE.has(node.op))) return lost
  try {
    return (
      rule(node, output, state) ?? {
        lost: `Node '${node.label}' (${node.op}) moves tokens in a way that Headlight does not follow.`,
      }
    )
  } catch (error) {
    if (error instanceof RangeError)
      return { lost: `Node '${node.label}' (${node.op}) has more places than tokens are followed through.` }
    throw error
  }
}

function rule(node: GraphNode, output: string, state: FlowState): Tokens | null {
  const dims = state.dims(output)
  const first = state.of.get(node.inputs[0] ?? '')
  const fields = first && !('lost' in first) ? first : null
  const each = (change: (field: TokenField) => TokenField | null): TokenField[] | null => {
    const found = fields?.map(change)
    return found?.every((field) => field !== null) ? found : null
  }
  if (RESHAPES.has(node.op)) return each((field) => reshaped(field, state.dims(node.inputs[0]!), dims))
  if (node.op.startsWith('Reduce')) {
    const axes = reducedAxes(node, state)
    return each((field) => {
      const kept = summed(state.spaces, field, axes)
      if (dims.length === kept.dims.length) return kept
      return { ...kept, dims: kept.dims.filter((_, axis) => !axes.includes(axis)) }
    })
  }
  if (node.op === 'MatMul' || node.op === 'Gemm' || node.op === 'Einsum') return contracted(node, output, state)
  if (PLACE_BY_PLACE.has(node.op)) return placeByPlace(node, dims, state)
  return moved(node, output, state) ?? resized(node, output, state)
}

function reducedAxes(node: GraphNode, { dims, ints }: FlowState): number[] {
  const rank = dims(node.inputs[0]!).length
  const axes = node.intsAttr('axes') ?? ints(node.inputs[1]) ?? Array.from({ length: rank }, (_, axis) => axis)
  return axes.map((axis) => (axis + rank) % rank)
}

function placeByPlace(node: GraphNode, dims: readonly number[], { of, spaces }: FlowState): Tokens {
  const read = node.inputs.flatMap((name) => {
    const tokens = of.get(name)
    return tokens && !('lost' in tokens) ? [tokens] : []
  })
  const aligned = read.map((fields) =>
    fields.map((field) => ({ ...field, dims: [...dims.slice(field.dims.length).map(() => 1), ...field.dims] })),
  )
  return (
    merged(spaces, aligned) ?? {
      lost: `At node '${node.label}' (${node.op}) tokens meet that are not the same: a rollout knows only the residual connection around each attention.`,
    }
  )
}
