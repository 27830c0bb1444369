/**
 * Average Drop and Increase in Confidence (Chattopadhay et al. 2018, arXiv 1710.11063) and Average Gain (Zhang et al. 2023,
 * arXiv 2303.10710): p of the picture times its map.
 */
import { upsampleBilinear } from '@shared/heatmap/upsample'
import type { Candidate, Measurement, Subject, Variant } from './measurement'
import { once } from './once'

/** Multiplied after normalisation, where dark is the mean colour, then before it, where dark is black. */
export function maskedPicture(subject: Subject, { map }: Candidate, black: Float32Array): Measurement {
  const { pixels, places } = subject
  const [channels, height, width] = places.image
  const mask = once(() => unitScaled(upsampleBilinear(map, places.grid, height, width)))
  const towards =
    (dark: ArrayLike<number>): Variant =>
    (into) => {
      const m = mask()
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * m.length
        const floor = dark[channel]!
        for (let pixel = 0; pixel < m.length; pixel++) {
          into[start + pixel] = floor + (pixels[start + pixel]! - floor) * m[pixel]!
        }
      }
    }
  const p = subject.probability
  return {
    variants: [towards(new Float32Array(channels)), towards(black)],
    values: (outcomes) =>
      outcomes.flatMap(({ probability: o }) => [
        (100 * Math.max(0, p - o)) / p,
        o > p ? 100 : 0,
        p === 1 ? 0 : (100 * Math.max(0, o - p)) / (1 - p),
      ]),
  }
}

function unitScaled(values: Float32Array): Float32Array {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  return values.map((value) => (value - low) / (high - low))
}
