/** Deletion and insertion by patches (Petsiuk, Das, Saenko 2018, arXiv 1806.07421). */
import type { Candidate, Measurement, Subject, Variant } from './measurement'
import { roundHalfUp } from './round-half-up'
import { writeFilled } from './patch-places'

export interface FilledPicture {
  /** `[C, H, W]` */
  pixels: Float32Array
  /** All of it, as a variant that every map of the picture shares. */
  whole: Variant
}

/**
 * The area under p over the share of patches that are removed (deletion) or shown (insertion): trapezoids over nominal
 * shares j / steps, j = 0 .. steps, k_j = round(P j / steps) patches.
 */
export function curve(
  kind: 'deletion' | 'insertion',
  subject: Subject,
  { rank }: Candidate,
  fill: FilledPicture,
  steps: number,
): Measurement {
  const { pixels, places } = subject
  const patches = rank.length
  const variants: Variant[] = []
  /** Of each point of the curve: the variant, null for the unchanged picture. */
  const points = Array.from({ length: steps + 1 }, (_, j): Variant | null => {
    const k = roundHalfUp((patches * j) / steps)
    const removed = kind === 'deletion' ? k : patches - k
    if (removed === 0) return null
    if (removed === patches) return fill.whole
    const isRemoved = kind === 'deletion' ? (patch: number) => rank[patch]! < k : (patch: number) => rank[patch]! >= k
    return (into) => writeFilled(into, { pixels, fill: fill.pixels }, places, isRemoved)
  })
  for (const point of points) if (point !== null) variants.push(point)
  return {
    variants,
    values(outcomes) {
      let at = 0
      const p = points.map((point) => (point === null ? subject.probability : outcomes[at++]!.probability))
      let area = 0
      for (let j = 1; j < p.length; j++) area += (p[j - 1]! + p[j]!) / 2 / steps
      return [area]
    },
  }
}
