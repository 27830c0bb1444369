/** Every part of an evaluation, for the maps of one picture. What maps of it share is made once. */
import type { PartId } from '@shared/evaluation/metrics'
import type { EvaluationOptions } from '../api'
import { localise } from '../localisation'
import { normalise } from '../preprocess'
import { curve, type FilledPicture } from './curves'
import { maskedPicture } from './masked-picture'
import type { Candidate, Measurement, Subject } from './measurement'
import { once } from './once'
import { blurred, meanColour } from './patch-places'
import { road } from './road'
import { saco } from './saco'

/** Parts that ask the model about changed pictures, or nothing. */
export type MeasuredPart = Exclude<PartId, 'randomisation'>

/** The blurred fill has always ten steps. */
const BLUR_STEPS = 10
const WHITE = 255

export function measurementsOf(
  subject: Subject,
  { steps, preprocessing }: Pick<EvaluationOptions, 'steps' | 'preprocessing'>,
): Record<MeasuredPart, (candidate: Candidate) => Measurement> {
  const { pixels, places, mask } = subject
  const mean = once(() => filled(new Float32Array(pixels.length)))
  const blur = once(() => filled(blurred(pixels, places)))
  const ownColour = once(() => meanColour(pixels, places))
  const black = once(() => normalised(0, places.image[0], preprocessing))
  const unit = once(() => normalised(WHITE, places.image[0], preprocessing).map((white, at) => white - black()[at]!))
  return {
    deletion_mean: (map) => curve('deletion', subject, map, mean(), steps),
    deletion_blur: (map) => curve('deletion', subject, map, blur(), BLUR_STEPS),
    insertion_mean: (map) => curve('insertion', subject, map, mean(), steps),
    insertion_blur: (map) => curve('insertion', subject, map, blur(), BLUR_STEPS),
    ad: (map) => maskedPicture(subject, map, black()),
    road: (map) => road(subject, map, unit()),
    saco: (map) => saco(subject, map, ownColour()),
    localisation({ map }) {
      const found = mask === null ? null : localise(map, places.grid, mask)
      return { variants: [], values: () => [found?.pointing ?? NaN, found?.energy ?? NaN, found?.iou ?? NaN] }
    },
  }
}

/** A level of a picture as the model sees it, by channel. */
function normalised(level: number, channels: number, preprocessing: EvaluationOptions['preprocessing']): Float32Array {
  const values = new Float32Array(channels)
  normalise({ width: 1, height: 1, rgb: new Uint8Array(3).fill(level) }, preprocessing, values)
  return values
}

function filled(pixels: Float32Array): FilledPicture {
  return { pixels, whole: (into) => into.set(pixels) }
}
