/** What a metric asks of the model for one map of one picture, and what it makes of the answers. */
import type { Mask } from '../localisation'
import type { PatchPlaces } from './patch-places'

/** A picture that maps are measured on; its class c is the model's prediction. */
export interface Subject {
  /** Preprocessed, `[C, H, W]`. */
  pixels: Float32Array
  /** c, by its index. */
  predicted: number
  /** p on the unchanged picture. */
  probability: number
  /** Null without one. */
  label: number | null
  mask: Mask | null
  /** What is random about this sample follows from it. */
  seed: number
  places: PatchPlaces
}

/** A map of a method or a control, `[P]`. */
export interface Candidate {
  map: Float32Array
  /** Patches by value, the highest first; of equal ones the lower index. */
  order: Uint32Array
  /** Place of each patch in `order`. */
  rank: Uint32Array
}

/** Writes a changed picture, `[C, H, W]`. The same function twice is the same picture, and computed once. */
export type Variant = (into: Float32Array) => void

/** The model's answer to a variant. */
export interface Outcome {
  /** p of c. */
  probability: number
  /** The class with the highest logit. */
  prediction: number
}

export interface Measurement {
  variants: readonly Variant[]
  /** One value a metric of the part, NaN where it is not defined; `outcomes` one a variant. */
  values(outcomes: readonly Outcome[]): number[]
}

/** Null for a map of which no metric is defined: all its values the same, or some no numbers. */
export function candidate(map: Float32Array): Candidate | null {
  if (!map.every(Number.isFinite) || map.every((value) => value === map[0])) return null
  const order = Uint32Array.from(map.keys()).sort((a, b) => map[b]! - map[a]! || a - b)
  const rank = new Uint32Array(map.length)
  order.forEach((patch, place) => (rank[patch] = place))
  return { map, order, rank }
}
