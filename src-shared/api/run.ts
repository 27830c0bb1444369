/** Runs as both sides speak of them. */
import type { ErrorCode } from '../errors'
import type { MaskKind, MaskRule } from '../masks'
import type { MethodId } from '@headlight/explain/methods'
import type { LabelMapping } from './dataset'
import type { TargetPolicy } from '../target-policy'
import type {
  Certificate,
  ClassVectorsReport,
  Prompt,
  FeatureReadout,
  MethodSettings,
  ModelTask,
} from '@headlight/explain/report'
import type { ModelInfo, Precision, Preprocessing, ProviderId } from './model'

export type { MaskKind, MaskRule, TargetPolicy }

/** What defines a run; equal definitions resume, different ones are different runs. */
export interface RunDefinition {
  modelPath: string
  dataPath: string
  masksPath: string | null
  methods: MethodId[]
  settings: MethodSettings
  target: TargetPolicy
  /** The model's output that is explained; left out for the one that Headlight takes by itself. */
  output?: string
  /** The tower of attention layers that is explained, where the model has several. */
  tower?: string
  /** The vectors of the classes that make the logits of a model that gives features; the project keeps a copy (docs/MODELS.md). */
  classVectors?: { hash: string; source: string; kind: ClassVectorsReport['kind']; prompts?: Prompt[] }
  /** How the vectors of tokens become one, where the features are those of tokens. */
  features?: FeatureReadout
  /** The class of a detector that means "no object", where its configuration says so. */
  noObject?: number
  /** How logits become probabilities; left out (by runs of former versions) for 'single-label'. */
  task?: ModelTask
  preprocessing: Preprocessing
  /** What was assumed or passed over in reading it, in sentences. No part of a run's identity; left out without any. */
  preprocessingWarnings?: string[]
  /** Class names of the model, by class index. */
  labels: string[]
  /** Other names by which datasets call the classes, where the model's files give them. */
  labelKeys?: string[]
  /** Labels that were matched by hand. */
  labelMapping?: LabelMapping
  /** Where labels are taken from: nowhere, a level of the path from 1, or a table; left out for as the dataset is laid out. */
  labelSource?: 'none' | number | string
  /** What the labels that are class numbers count from, where that was asked for; their classes stand in `labelMapping`. */
  numbersFrom?: 0 | 1
  /** True where labels that fit no class by name or number are matched by their order, which is only done when asked for. */
  matchByOrder?: true
  /**
   * Where labels are taken from, and what was assumed and passed over in reading the dataset, its labels and masks, in
   * sentences. No part of a run's identity; former versions kept none.
   */
  datasetNotes?: string[]
  /** What the pixels of masks mean; left out to detect it. */
  maskKind?: MaskKind
  /** The value of masks that is ignored (void); left out to detect it. */
  maskVoid?: number | 'none'
  /** How the masks are read, found when the run began and kept. No part of a run's identity; former versions kept none. */
  maskRule?: MaskRule
  precision: Precision
  provider: ProviderId | 'auto'
  batch: number | 'auto'
  limit: number | null
  name: string
}

/** 'pending' has not begun; 'queued' waits for its turn. */
export type RunState = 'pending' | 'queued' | 'running' | 'paused' | 'finished' | 'failed' | 'cancelled'

/** How maps are stored: float16 is right to 2^-11 of a value, and to 2^-25 of the largest of its map. */
export type MapPrecision = 'float32' | 'float16'

export interface RunInfo {
  id: number
  name: string
  state: RunState
  definition: RunDefinition
  model: ModelInfo
  certificate: Certificate | null
  /** The provider that computed it, null before the first batch. */
  provider: ProviderId | null
  total: number
  done: number
  failed: number
  correct: number
  /** Samples that have a label that the model knows; the denominator of accuracy. */
  labelled: number
  mapPrecision: MapPrecision
  createdAt: string
  /** Why it failed, or paused without being asked to; null otherwise. */
  error: string | null
  errorCode: ErrorCode | null
}

/** Images of a run that have no result, for one reason. */
export interface ErrorGroup {
  /** The kind of the error, one of `ERROR_CODES`. */
  code: string
  count: number
  /** The first few, by path. */
  examples: { id: number; path: string; message: string }[]
}

export interface RunProgress {
  runId: number
  state: RunState
  done: number
  failed: number
  total: number
  correct: number
  labelled: number
  imagesPerSecond: number
  /** Seconds; null before the rate is known. */
  secondsLeft: number | null
  provider: ProviderId | null
  batch: number
  /** What is happening, when it is not images: "Compiling the explain graph". */
  phase: string
  /** It will pause or end after the batches in progress. */
  stopping: boolean
}
