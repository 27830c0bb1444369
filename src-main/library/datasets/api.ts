import type { DatasetPicture, DatasetReport, LabelSource } from '@shared/api'
import type { Abortable } from '../../process'
import type { SampleLocation } from '../../datasets/location'
import type { ModelClasses } from '../../datasets/match-classes'

/** Datasets that are not in a project yet; no project has to be open. */
export interface DatasetsApi {
  /** `model` is what the model calls its classes. */
  scan(input: ScannedDataset, options?: Abortable): Promise<DatasetReport>
  /** Small pictures of the samples of the preview, in its order. */
  pictures(input: { path: string }): Promise<DatasetPicture[]>
  /** Where the samples of the preview lie. */
  samples(input: { path: string }): Promise<{ path: string; file: SampleLocation }[]>
}

/** A dataset, and how its labels are read. */
export interface ScannedDataset {
  path: string
  model: ModelClasses | null
  labelSource?: LabelSource
  matchByOrder?: boolean
}
