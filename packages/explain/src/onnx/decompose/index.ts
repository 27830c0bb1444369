/** Fused operators rewritten as plain ones, so that the attention shows itself and every part has a gradient rule. */
import { HeadlightError } from '../../errors'
import { GraphBuilder } from '../builder'
import { isFloat, type Facts } from '../facts'
import type { Graph } from '../graph'
import { GraphNode } from '../node'
import { fusedConv } from './activation'
import { attention23, microsoftAttention, multiHeadAttention } from './attention'
import type { Decomposition } from './decomposition'
import { biasGelu, fastGelu, gelu, quickGelu } from './gelu'
import { fusedGemm, fusedMatMul } from './matmul'
import {
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lpNormalization,
  simplifiedLayerNormalization,
  skipLayerNormalization,
  skipSimplifiedLayerNormalization,
} from './normalization'
import { microsoftRotaryEmbedding, rotaryEmbedding23 } from './rotary'

const decompositions: Record<string, Decomposition> = {
  Attention: attention23,
  GroupNormalization: groupNormalization,
  InstanceNormalization: instanceNormalization,
  LpNormalization: lpNormalization,
  RotaryEmbedding: rotaryEmbedding23,
  SimplifiedLayerNormalization: simplifiedLayerNormalization,
  'com.microsoft.Attention': microsoftAttention,
  'com.microsoft.MultiHeadAttention': multiHeadAttention,
  'com.microsoft.BiasGelu': biasGelu,
  'com.microsoft.FastGelu': fastGelu,
  'com.microsoft.Gelu': gelu,
  'com.microsoft.QuickGelu': quickGelu,
  'com.microsoft.FusedConv': fusedConv,
  'com.microsoft.FusedGemm': fusedGemm,
  'com.microsoft.FusedMatMul': fusedMatMul,
  'com.microsoft.RotaryEmbedding': microsoftRotaryEmbedding,
  'com.microsoft.SkipLayerNormalization': skipLayerNormalization,
  'com.microsoft.SkipSimplifiedLayerNormalization': skipSimplifiedLayerNormalization,
}

function decompositionOf(node: GraphNode, opset: number): Decomposition | undefined {
  // Optimised exports put LayerNormalization into ONNX's own domain before opset 17 gave it a place there.
  if (node.op === 'LayerNormalization' && node.domain === '' && opset < 17) return layerNormalization
  return Object.hasOwn(decompositions, node.qualifiedOp) ? decompositions[node.qualifiedOp] : undefined
}

/** Rewrites fused operators in place. Gives whether anything changed; shapes then have to be traced again. */
export function decomposeFused(graph: Graph, facts: Facts): boolean {
  if (!graph.nodes.some((node) => decompositionOf(node, graph.opset))) return false
  const nodes: GraphNode[] = []
  let fused: GraphNode | null = null
  const g = new GraphBuilder(graph, 'plain', (node) => {
    // An attention is called by its softmax, and the file knows none of that name.
    const { op, inputs, outputs, attributes, domain } = node
    const called = fused !== null && op === 'Softmax'
    nodes.push(called ? new GraphNode(op, inputs, outputs, attributes, domain, fused!.label) : node)
  })
  const renamed = new Map<string, string>()
  const read = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)])
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => renamed.get(input) ?? input)
    const decomposition = decompositionOf(node, graph.opset)
    if (!decomposition) {
      nodes.push(node)
      continue
    }
    fused = node
    const met = node.inputs.map((name) => facts.get(name)?.type).find((type) => type && isFloat(type))
    const outputs = g.meeting(met, () => decomposition({ node, inputs: node.inputs, g, facts }))
    node.outputs.forEach((name, index) => {
      if (name && outputs[index]) renamed.set(name, outputs[index])
      else if (name && read.has(name)) throw unknownOutput(node, index)
    })
  }
  fused = null
  graph.nodes = nodes
  for (const { name } of graph.outputs) {
    if (renamed.has(name)) g.op('Identity', [renamed.get(name)!], {}, [name])
  }
  if (!graph.nodes.some((node) => node.domain !== '')) {
    for (const domain of [...graph.opsets.keys()]) if (domain !== '') graph.opsets.delete(domain)
  }
  graph.prune()
  return true
}

function unknownOutput(node: GraphNode, index: number): HeadlightError {
  return new HeadlightError(
    'unsupported-model',
    `Output ${index} of ${node.qualifiedOp} (node '${node.label}') is read, and Headlight does not compute it; export the model from its eager form.`,
  )
}
