import type { LabelChoice, LabelsFrom, LabelSource, PassedOver } from '@shared/api'
import type { MaskLocation, SampleLocation } from './location'

export type { LabelChoice, LabelsFrom, LabelSource, PassedOver }

/** One image of a dataset, as it is found before anything is decoded. */
export interface DatasetSample {
  /** The durable key: relative to the dataset, with '/' on every platform, in archives with the member after the archive. */
  path: string
  /** The class that it shows, as the dataset writes it: a name or a number; null where it says nothing. */
  label: string | null
  /** Why it has none, where the dataset gives one that is not taken. */
  whyNoLabel?: string
  /** The part of the dataset that it belongs to, such as `train` or `test`, as the dataset names it; null without any. */
  split: string | null
  location: SampleLocation
  /** The mask or the box that the dataset itself names, null without one. */
  mask: MaskLocation | null
  /** Whatever else the dataset says about it, null for nothing. */
  metadata: Metadata | null
}

export type Metadata = Record<string, string | number | boolean>

export interface DatasetListing {
  /** In natural order of their paths. */
  samples: DatasetSample[]
  /** Sentences about what looks wrong. */
  problems: string[]
  /** What lies in the dataset and is not part of its samples, by kind. */
  passedOver: PassedOver[]
  /** Sentences about what was taken for granted and changes labels, splits or which images are samples. */
  assumed: string[]
  /** Where the labels come from, null where no sample has one. */
  labelsFrom: LabelsFrom | null
  /** Where labels could be taken from; `labelSource` chooses. */
  labelChoices?: LabelChoice[]
  /** Labels are class numbers of the model, counted from 0, wherever no class has the number for a name. */
  numbered: boolean
}

export interface ListOptions {
  /** 'auto' unless it is given. Throws 'usage' for a level or a table that the dataset does not have. */
  labelSource?: LabelSource
  /** Names of the model's classes: a label such as `unknown` is one where a class is called so. */
  classes?: readonly string[]
  signal?: AbortSignal
  /** Called repeatedly with the number of samples found so far. */
  onFound?: (samples: number) => void
}

/** A source of samples. Nothing is copied: samples are read in place. */
export interface DatasetSource {
  /** What it is, for people. */
  readonly kind: string
  /** Absolute path by which the dataset is known: a folder, or a file that lists or holds the samples. */
  readonly root: string
  /** Lists every sample. Throws 'unsupported-dataset' when there is none. */
  list(options?: ListOptions): Promise<DatasetListing>
}
