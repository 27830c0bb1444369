/** A model whose blocks have their weights shuffled within each tensor (Adebayo et al. 2018, arXiv 1810.03292). */
import { loadExternalData } from '../onnx/external-data'
import { isFloat, type Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { takeFromOwnFile } from '../onnx/own-file'
import { decodeTensor, elementTypeOf, encodeTensor } from '../onnx/proto-tensor'
import type { ModelAnatomy } from './anatomy'
import { downstream, upstream } from './dependence'
import { seeded } from './random'
import { carriesTokens, residualOf } from './token-stream'

/** Which blocks: the last one, or all. */
export type ShuffledBlocks = 'last' | 'all'

/** The model with shuffled weights, and how its blocks were told apart. */
export interface ShuffledAnatomy {
  anatomy: ModelAnatomy
  /** Names of the tensors that were shuffled. */
  tensors: string[]
  /** Whether blocks lie between residual sums; otherwise between successive products A V. */
  residual: boolean
}

/**
 * A copy with the floating-point initialisers of rank 2 and more shuffled that blocks read: block l lies between the residual sum that enters
 * it and the one that leaves it.
 */
export async function shuffleWeights(
  anatomy: ModelAnatomy,
  blocks: ShuffledBlocks,
  seed: number,
): Promise<ShuffledAnatomy> {
  const { graph: original, facts } = anatomy
  const { ends, residual } = blockEnds(anatomy)
  const chosen = blocks === 'last' ? ends.slice(-1) : ends
  const names = [...new Set(chosen.flatMap((each) => weightsBetween(original, facts, each)))].sort()
  const graph = original.clone()
  takeFromOwnFile(graph)
  const wanted = new Set(names)
  if (graph.dataFolder !== null) await loadExternalData(graph, (tensor) => wanted.has(tensor.name))
  names.forEach((name, at) => {
    const tensor = decodeTensor(graph.initializers.get(name)!)
    shuffle(tensor.data as Float32Array, seeded(seed + at))
    graph.initializers.set(name, encodeTensor(name, tensor))
  })
  return { anatomy: { ...anatomy, graph }, tensors: names, residual }
}

interface Ends {
  enters: string
  leaves: string
}

function blockEnds({ graph, facts, attentions, chain }: ModelAnatomy): { ends: Ends[]; residual: boolean } {
  const all = attentions.layers.flat()
  // Where layers have tokens of their own, a residual connection may go through a merging or a pooling of them.
  const streams = attentions.layers.map(([site]) => (chain ? null : residualOf(graph, facts, site!, all)))
  if (streams.every((stream) => stream !== null)) {
    const last = lastSum(graph, facts, streams.at(-1)!, all[0]!.tokens)
    if (last !== null)
      return { ends: streams.map((enters, l) => ({ enters, leaves: streams[l + 1] ?? last })), residual: true }
  }
  const products = attentions.layers.map((sites) => sites.at(-1)!.products.at(-1)!.outputs[0]!)
  const before = [graph.inputs[0]!.name, ...products]
  return { ends: products.map((leaves, l) => ({ enters: before[l]!, leaves })), residual: false }
}

/** The last sum of two values that both come from a stream of tokens. */
function lastSum(graph: Graph, facts: Facts, stream: string, tokens: number): string | null {
  const after = downstream(graph, [stream])
  const sum = graph.nodes.findLast(
    ({ op, inputs, outputs }) =>
      (op === 'Add' || op === 'Sum') &&
      inputs.every((input) => after.has(input)) &&
      carriesTokens(facts.get(outputs[0]!), tokens),
  )
  return sum?.outputs[0] ?? null
}

/** Initialisers that nodes between two values read, also by way of constants that are made of them. */
function weightsBetween(graph: Graph, facts: Facts, { enters, leaves }: Ends): string[] {
  const producers = graph.producers()
  const after = downstream(graph, [enters])
  const before = upstream(producers, [leaves])
  const constants = graph.nodes
    .filter(
      ({ inputs, outputs }) => inputs.some((input) => after.has(input)) && outputs.some((name) => before.has(name)),
    )
    .flatMap(({ inputs }) => inputs.filter((input) => !after.has(input)))
    .filter((input) => graph.initializers.has(input) || facts.get(input)?.constant)
  return [...upstream(producers, constants)].filter((name) => {
    const tensor = graph.initializers.get(name)
    const type = tensor && elementTypeOf(tensor.dataType)
    return tensor !== undefined && type !== undefined && isFloat(type) && tensor.dims.length >= 2
  })
}

/** Fisher and Yates, in place. */
function shuffle(values: Float32Array, random: () => number): void {
  for (let at = values.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const value = values[at]!
    values[at] = values[other]!
    values[other] = value
  }
}
