/** Every part of an evaluation, for the maps of one picture. What maps of it share is made once. */
import type { PartId } from '@shared/evaluation/metrics'
import type { EvaluationOptions } from '../api'
import { localise } from '../localisation'
import { normalise } from '../preprocess'
import { curve, type FilledPicture } from './curves'
import { maskedPicture } from './masked-picture'
import type { Candidate, Measurement, Subject } from './measurement'
import { blurred, meanColour } from './patch-places'
import { saco } from './saco'

/** The blurred fill has always ten steps. */
const BLUR_STEPS = 10

export function measurementsOf(
  subject: Subject,
  { steps, preprocessing }: Pick<EvaluationOptions, 'steps' | 'preprocessing'>,
): Record<PartId, (candidate: Candidate) => Measurement> {
  const { pixels, places, mask } = subject
  const mean = once(() => filled(new Float32Array(pixels.length)))
  const blur = once(() => filled(blurred(pixels, places)))
  const ownColour = once(() => meanColour(pixels, places))
  const black = once(() => {
    const values = new Float32Array(places.image[0])
    normalise({ width: 1, height: 1, rgb: new Uint8Array(3) }, preprocessing, values)
    return values
  })
  return {
    deletion_mean: (map) => curve('deletion', subject, map, mean(), steps),
    deletion_blur: (map) => curve('deletion', subject, map, blur(), BLUR_STEPS),
    insertion_mean: (map) => curve('insertion', subject, map, mean(), steps),
    insertion_blur: (map) => curve('insertion', subject, map, blur(), BLUR_STEPS),
    ad: (map) => maskedPicture(subject, map, black()),
    saco: (map) => saco(subject, map, ownColour()),
    localisation({ map }) {
      const found = mask === null ? null : localise(map, places.grid, mask)
      return { variants: [], values: () => [found?.pointing ?? NaN, found?.energy ?? NaN, found?.iou ?? NaN] }
    },
  }
}

function filled(pixels: Float32Array): FilledPicture {
  return { pixels, whole: (into) => into.set(pixels) }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null
  return () => (made ??= { value: make() }).value
}
