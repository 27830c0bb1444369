/** Salience-guided faithfulness coefficient (Wu et al. 2024, arXiv 2404.01415). */
import type { Candidate, Measurement, Subject } from './measurement'
import { writeFilled } from './patch-places'

const GROUPS = 10

interface Group {
  first: number
  end: number
  /** Mean of the map over the group: sums need not fall where groups differ in size. */
  salience: number
}

/** @param meanColour the picture's own, `[C, H, W]` */
export function saco(subject: Subject, { map, order, rank }: Candidate, meanColour: Float32Array): Measurement {
  const { pixels, places } = subject
  const groups = groupsOf(map, order)
  return {
    variants: groups.map(
      ({ first, end }) =>
        (into) =>
          writeFilled(
            into,
            { pixels, fill: meanColour },
            places,
            (patch) => rank[patch]! >= first && rank[patch]! < end,
          ),
    ),
    values(outcomes) {
      const drops = outcomes.map(({ probability }) => subject.probability - probability)
      let [sum, total] = [0, 0]
      for (let i = 0; i < groups.length; i++) {
        for (let j = i + 1; j < groups.length; j++) {
          const weight = groups[i]!.salience - groups[j]!.salience
          sum += drops[i]! >= drops[j]! ? weight : -weight
          total += Math.abs(weight)
        }
      }
      return [total === 0 ? NaN : sum / total]
    },
  }
}

/** Places floor(P k / 10) to floor(P (k + 1) / 10) of the order; of grids of fewer than ten patches only those that have any. */
function groupsOf(map: Float32Array, order: Uint32Array): Group[] {
  return Array.from({ length: GROUPS }, (_, k) => {
    const first = Math.floor((order.length * k) / GROUPS)
    const end = Math.floor((order.length * (k + 1)) / GROUPS)
    const sum = order.subarray(first, end).reduce((total, patch) => total + map[patch]!, 0)
    return { first, end, salience: sum / (end - first) }
  }).filter(({ first, end }) => end > first)
}
