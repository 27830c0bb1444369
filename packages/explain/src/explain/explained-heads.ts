/** A and G of one picture, head by head, and where each head's entries lie in the graph's own values. */
import type { ModelAnatomy } from './anatomy'
import { headEntries } from './site-shape'

/** What an explain graph with `raw` says of one picture. */
export interface RawMatrices {
  /** `[L, H, N, N]` each; of models without maps one array a layer, in the model's own layout. */
  attention: Float32Array | Float32Array[]
  gradient: Float32Array | Float32Array[]
}

export interface ExplainedHead {
  layer: number
  head: number
  /** The value that holds the head's matrix, and how many entries it has for one picture. */
  value: string
  entries: number
  /** Where entry i of the head lies in it. */
  place: (entry: number) => number
  gradient: Float32Array
  /** Entries of a row. */
  width: number
}

/** The heads of one layer, in order. */
export function headsOfLayer(
  { attentions: { layers, heads, tokens } }: Pick<ModelAnatomy, 'attentions'>,
  layer: number,
  { gradient }: RawMatrices,
): ExplainedHead[] {
  if (Array.isArray(gradient)) {
    const { value, shape } = layers[layer]![0]!
    const last = shape!.parts.at(-1)!
    return headEntries(shape!).map((places, head) => ({
      ...{ layer, head, value, entries: gradient[layer]!.length },
      place: (entry: number) => places[entry]!,
      gradient: Float32Array.from(places, (place) => gradient[layer]![place]!),
      width: last.of === 'column' ? last.size : places.length,
    }))
  }
  const size = tokens * tokens
  const places = layers[layer]!.flatMap(({ value, heads: of }) =>
    Array.from({ length: of }, (_, own) => ({ value, of, own })),
  )
  return places.map(({ value, of, own }, head) => ({
    ...{ layer, head, value, entries: of * size },
    place: (entry: number) => own * size + entry,
    // Layers with fewer heads than others are padded.
    gradient: gradient.subarray((layer * heads + head) * size, (layer * heads + head + 1) * size),
    width: tokens,
  }))
}
