/** What a session is prepared with, and the samples that it is given. */
import type { MethodId } from '@headlight/explain/methods'
import type { MethodSettings, ModelTask } from '@headlight/explain/report'
import type { ModelChoice, Precision, Preprocessing, ProviderId, Shape } from '@shared/api'
import type { MaskReading } from '@shared/masks'
import type { MaskLocation, SampleLocation } from '../datasets/location'

export interface PrepareOptions extends ModelChoice {
  modelPath: string
  /** 'single-label' unless told otherwise. */
  task?: ModelTask
  /** Whether samples come with a class to explain against. */
  contrast?: boolean
  /** The class of a detector that means "no object". */
  noObject?: number
  methods: MethodId[]
  settings: MethodSettings
  preprocessing: Preprocessing
  provider: ProviderId | 'auto'
  precision: Precision
  batch: number | 'auto'
  /** Throws 'model-changed' when the file's hash differs; null accepts any file. */
  expectedHash: string | null
}

/** A mask of the dataset, or a region that was drawn on the picture. */
export type RegionSource = MaskLocation | DrawnRegion

export interface DrawnRegion {
  kind: 'drawn'
  /** In pixels of the upright picture. */
  shape: Shape
}

export interface SampleInput {
  id: number
  file: SampleLocation
  mask: RegionSource | null
  /** How the mask is read; boxes need none. As former versions did without one. */
  reading?: MaskReading | null
  /** Class to explain, -1 for the prediction; null where there is none, which makes the sample an error 'no-label'. */
  target: number | null
  /** Class that the target is explained against, or its mark (@shared/target-classes); only where the session was prepared for it. */
  against?: number
  /** Query of a detector, -1 for the surest. */
  query?: number
  /** Of a segmentation: the class is explained over the sample's mask in place of its own. */
  truth?: true
}
