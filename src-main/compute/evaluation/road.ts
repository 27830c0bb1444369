/** Remove and debias (Rong et al. 2022, arXiv 2202.00449): removed patches are filled from their neighbours, with noise. */
import { normals, seeded } from '@headlight/explain/random'
import type { Candidate, Measurement, Outcome, Subject, Variant } from './measurement'
import { fillFromNeighbours } from './neighbour-fill'
import { roundHalfUp } from './round-half-up'

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]
/** In units of the picture before normalisation, where black is 0 and white 1. */
const NOISE = 0.01

/** @param unit what 1 before normalisation is after it, by channel */
export function road(subject: Subject, { rank }: Candidate, unit: ArrayLike<number>): Measurement {
  const { pixels, places, seed, label } = subject
  const { patchOf, image } = places
  const patches = rank.length
  const removing =
    (isRemoved: (patch: number) => boolean, turn: number): Variant =>
    (into) => {
      into.set(pixels)
      const removed = Uint8Array.from(patchOf, (patch) => Number(isRemoved(patch)))
      fillFromNeighbours(into, removed, image[2])
      // The same for every map of the picture, so that they are compared under the same noise.
      const noise = normals(into.length, seeded(seed + turn))
      for (let at = 0; at < into.length; at++) {
        if (removed[at % removed.length] === 1) into[at]! += NOISE * unit[Math.floor(at / removed.length)]! * noise[at]!
      }
    }
  const counts = SHARES.map((share) => roundHalfUp(patches * share))
  const most = counts.map((count, turn) => removing((patch) => rank[patch]! < count, turn))
  const least = counts.map((count, turn) => removing((patch) => rank[patch]! >= patches - count, turn))
  return {
    variants: [...most, ...least],
    values(outcomes) {
      const [ofMost, ofLeast] = [outcomes.slice(0, SHARES.length), outcomes.slice(SHARES.length)]
      const [morf, lerf] = [meanOf(ofMost, probability), meanOf(ofLeast, probability)]
      const isRight = ({ prediction }: Outcome) => (label === null ? NaN : Number(prediction === label))
      return [morf, lerf, lerf - morf, meanOf(ofMost, isRight), meanOf(ofLeast, isRight)]
    },
  }
}

const probability = (outcome: Outcome) => outcome.probability

function meanOf(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length
}
