/** Whether each layer reads the one before it, as maps assume. */
import type { LoadedGraph, LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import { downstream } from './dependence'
import { once } from './once'
import { normals, seeded } from './random'
import { repeated, suffixGraph, type SuffixGraph } from './suffix-graph'

/** A layer's matrices, and what the next layer's attention is computed from; nothing where there are no maps, which alone assume it. */
export interface LayerLink {
  matrices: string[]
  next: string[]
  /** Whether the graph has a way from the matrices to all of `next`. */
  readsIt: boolean
}

export function linkOf({ graph, attentions: { layers, noMaps } }: ModelAnatomy, layer: number): LayerLink {
  const matrices = layers[layer]!.map(({ value }) => value)
  const next = noMaps === undefined ? (layers[layer + 1] ?? []).map(({ values }) => values) : []
  const after = downstream(graph, matrices)
  return { matrices, next, readsIt: next.every((values) => after.has(values)) }
}

/** The part of the model between a layer's matrices and what the next layer reads; null where nothing reads it. */
export function linkGraph({ graph, facts }: ModelAnatomy, { matrices, next }: LayerLink): SuffixGraph | null {
  return next.length === 0 ? null : suffixGraph(graph, facts, matrices, next, false)
}

/** Whether everything in `next` changes with the matrices; `values` are those of the graph's frontier. */
export async function isLinked(
  { facts }: ModelAnatomy,
  { matrices, next }: LayerLink,
  { graph, frontier }: SuffixGraph,
  values: Readonly<Record<string, Tensor>>,
  load: LoadGraph,
): Promise<boolean> {
  const feeds = () =>
    Object.fromEntries(frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, 1, false)]))
  return once(await load({ ...writeModel(graph), once: true }), (loaded) => changes(loaded, feeds, matrices, next))
}

/** Whether everything that the next layer reads (`next`) changes when this layer's matrices change. */
export async function changes(
  loaded: LoadedGraph,
  feedsOf: () => Record<string, Tensor>,
  matrices: readonly string[],
  next: readonly string[],
): Promise<boolean> {
  if (next.length === 0) return true
  const before = await loaded.run(feedsOf(), [...next])
  const feeds = feedsOf()
  const random = seeded(77)
  for (const name of matrices) {
    const matrix = feeds[name]!.data as Float64Array
    const noise = normals(matrix.length, random)
    for (let at = 0; at < matrix.length; at++) matrix[at]! += 0.1 * noise[at]!
  }
  const changed = await loaded.run(feeds, [...next])
  return next.every((name) => before[name]!.data.some((value, at) => value !== changed[name]!.data[at]))
}
