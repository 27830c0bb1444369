/** Projects, samples, runs and statistics as both sides speak of them. */
import type { ErrorCode } from '../errors'
import type { MaskKind, MaskRule, MasksWithout, Unmeasured } from '../masks'
import type { MethodId } from '@headlight/explain/methods'
import type { LabelMapping } from './dataset'
import type { TargetPolicy } from '../target-policy'
import type {
  Certificate,
  ClassVectorsReport,
  Prompt,
  FeatureReadout,
  HeadCounts,
  MethodSettings,
  ModelTask,
} from '@headlight/explain/report'
import type { ModelInfo, Precision, Preprocessing, ProviderId } from './model'
import type { SortKey } from './sort'

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

export interface ProjectInfo {
  path: string
  name: string
  runs: RunInfo[]
  /** Ids of the runs that wait, in the order in which they will be computed. */
  queue: number[]
  /** Messages about repairs on opening, such as a damaged cache that was set aside. */
  notices: string[]
  /** Results of runs that the project does not know: it was restored from a backup, or lost. */
  unclaimed: UnclaimedRun[]
}

/** Results without a run. They are given back or removed, and never joined to another run. */
export interface UnclaimedRun {
  id: number
  name: string
  /** When the run began; null where nothing but its results is known. */
  createdAt: string | null
  /** File name of the model. */
  model: string | null
  /** Path of the dataset. */
  dataset: string | null
  /** With a result. */
  samples: number
  /** False where no copy of the run's definition was kept: its results can only be removed. */
  restorable: boolean
}

/** One row of the gallery. */
export interface SampleRow {
  id: number
  /** Path relative to the dataset root. */
  path: string
  width: number
  height: number
  /** Class index of the label, null without one that the model knows. */
  label: number | null
  labelName: string | null
  /** The label as the dataset writes it, whatever class it is matched with; null without one. */
  datasetLabel: string | null
  /** The part of the dataset that the sample belongs to, such as `train`; null where the dataset has no parts. */
  split: string | null
  prediction: number | null
  /** Probability of the prediction: softmax, or sigmoid where the model's classes do not exclude each other. */
  confidence: number | null
  correct: boolean | null
  /** Set when the file could not be read; such a sample has no results. */
  error: string | null
  /** Of a detector: the query whose logit the maps explain; left out by runs of former versions. */
  detection?: Detection
}

export interface SampleQuery {
  runId: number
  /** The filter language of the command line, '' for all. */
  filter: string
  sort: SortKey
  descending: boolean
}

export interface SampleIds {
  /** Sample ids in order. */
  ids: Uint32Array
  /** Samples in the run, whatever the filter. */
  total: number
}

export interface Facet {
  /** Class index. */
  value: number
  name: string
  count: number
}

export interface LabelFacet extends Facet {
  /** The class that the label is matched with, null for none. `value` is not a class here. */
  classIndex: number | null
}

export interface Facets {
  /** Classes of the labels. */
  labels: Facet[]
  /** Labels as the dataset writes them, those that no class is meant by among them; in natural order. */
  datasetLabels: LabelFacet[]
  /** In natural order. */
  splits: Facet[]
  predictions: Facet[]
  correct: number
  wrong: number
  errors: number
}

export interface MapBatch {
  grid: [number, number]
  /** Ids that have a map, in order. */
  ids: Uint32Array
  /** Raw relevance values, `[ids, rows * columns]`, row-major. */
  values: Float32Array
}

export interface SampleDetail {
  row: SampleRow
  /** What else the dataset says about the sample, by column; null for nothing. */
  metadata: Record<string, string | number | boolean> | null
  /** The class whose logit the maps explain; in a contrast the one that is explained against another. */
  target: number
  /** The class that it is explained against, null without a contrast. */
  against: number | null
  top: { classIndex: number; name: string; probability: number; logit: number }[]
  /** Head scores before normalisation, `[layers, heads]`, null when the run computed none. */
  headL1: Float32Array | null
  headL2: Float32Array | null
  layers: number
  heads: number
  grid: [number, number]
  maps: { method: MethodId; values: Float32Array }[]
  /** Of the maps against the sample's mask, with the rule by which it was read; absent without a value. */
  localisation?: { method: MethodId; rule: string; pointing: number; energy: number; iou: number }[]
  /** Why there is no value though the sample has a mask; absent where no reason was kept. */
  unmeasured?: Unmeasured
}

/** One query of a detector. */
export interface Detection {
  query: number
  /** Centre x, centre y, width and height in shares of the model's input, null where the model gives no boxes. */
  box: [x: number, y: number, width: number, height: number] | null
}

/** What one sample's explanation is, computed on demand for any class. */
export interface SampleExplanation {
  /** The class that was explained. */
  target: number
  /** The class that it was explained against, null without a contrast. */
  against: number | null
  /** `[classes]` each. */
  logits: Float32Array
  probabilities: Float32Array
  top: SampleDetail['top']
  layers: number
  heads: number
  grid: [number, number]
  /** Head scores before normalisation, `[layers, heads]`. */
  headL1: Float32Array
  headL2: Float32Array
  /** In the order that they were asked for. */
  maps: { method: MethodId; values: Float32Array }[]
  /** Of a detector: the query that was explained. */
  detection?: Detection
}

/** Why a sample is like another one, or like the mean of a group. */
export interface Likeness {
  /** Of the features of both, or of the sample's with the mean direction of the group; -1 to 1. */
  cosine: number
  /** The output that gives the features, and how those of its tokens become one vector. */
  output: string
  readout: FeatureReadout | null
  /** Pictures that the sample is compared with. */
  pictures: number
  /** Pictures of the group that could not be read, a sentence each. */
  unreadable: string[]
  grid: [number, number]
  /** What in the sample makes it like the other; in the order that they were asked for. */
  maps: { method: MethodId; values: Float32Array }[]
  /** What in the other makes it like the sample; null for a group. */
  otherMaps: Likeness['maps'] | null
}

/** Attention of one token in one head. */
export interface AttentionRow {
  grid: [number, number]
  /** Over the patches, `[rows * columns]`. */
  values: Float32Array
  /** Over the prefix tokens (class, distillation, registers), in their order; with `values` it sums to 1. */
  prefix: Float32Array
}

/** A method's map after each layer, as if the model ended there. */
export interface LayerMaps {
  method: MethodId
  layers: number
  grid: [number, number]
  /** `[layers, rows * columns]`: row l uses the layers 0 to l. The last row is the method's own map. */
  values: Float32Array
}

/** Statistics of head weights over the samples of one group. */
export interface HeadGroup {
  key: string
  name: string
  count: number
  /** All `[layers, heads]`, of the weight w (scores normalised within their layer); 0 for heads that a layer has not. */
  mean: Float32Array
  std: Float32Array
  /** Quantiles 0.05, 0.25, 0.5, 0.75, 0.95: `[5, layers, heads]`. */
  quantiles: Float32Array
  /** Share of samples in which the head ranks first in its layer. */
  topShare: Float32Array
}

export interface HeadStatistics extends HeadCounts {
  norm: 'l1' | 'l2'
  groups: HeadGroup[]
}

/** All `[layers, heads]`; NaN for heads that a layer has not. */
export interface HeadDifference extends HeadCounts {
  /** Samples that were compared; stratified, those of labels that both groups have. */
  countA: number
  countB: number
  /** Labels within which samples were compared, null where labels were not looked at. */
  strata: number | null
  /** Within labels where stratified. */
  cohenD: Float32Array
  /** Two-sided, tie-corrected Mann-Whitney; van Elteren's test where stratified. */
  p: Float32Array
  /** Benjamini-Hochberg over all heads. */
  q: Float32Array
}

/** Mean attention of one head from the read-out rows to the patches, by group of samples; groups without any are left out. */
export interface HeadAttention {
  grid: [number, number]
  /** False where the model has so many classes that sums are kept by correctness alone. */
  byClass: boolean
  /** Class indexes `[groups]`; -1 for none, and where sums are not kept by class. */
  labels: Int32Array
  /** `[groups]`: 1 correct, 0 wrong, -1 without a label. */
  outcomes: Int8Array
  /** Samples `[groups]`. Runs of former versions have none, and those that were resumed fewer than they have results. */
  counts: Uint32Array
  /** `[groups, rows * columns]` */
  means: Float32Array
}

/** How often each label got each prediction: pairs that occur, in order of label, then prediction. */
export interface Confusion {
  classes: number
  /** All `[pairs]`. */
  labels: Uint32Array
  predictions: Uint32Array
  counts: Uint32Array
  /** The same by label as the dataset writes it, in natural order; those that no class is meant by among them. */
  datasetLabels: LabelPredictions[]
}

/** What the samples of one label are predicted as: classes that occur, in order. */
export interface LabelPredictions {
  name: string
  /** The class that the label is matched with, null for none. */
  classIndex: number | null
  predictions: Uint32Array
  counts: Uint32Array
}

export interface LocalisationScore {
  method: MethodId
  /** Samples that have a mask with something inside, and a map. */
  count: number
  /** How masks were read: "index mask, the sample's own class inside, 255 void". */
  rule: string
  /** Samples with a result and a mask that have no value. */
  without: MasksWithout
  pointing: number
  energy: number
  iou: number
}

/** One measure of localisation in two groups of samples. */
export interface MeasureDifference {
  meanA: number
  meanB: number
  /** a - b over the pooled deviation; within labels where stratified. */
  cohenD: number
  /** Two-sided, tie-corrected Mann-Whitney; van Elteren's test where stratified. */
  p: number
  /** Benjamini-Hochberg over all measures of all methods. */
  q: number
}

export interface LocalisationDifference {
  method: MethodId
  /** Samples that have a mask and a map, and were compared. */
  countA: number
  countB: number
  pointing: MeasureDifference
  energy: MeasureDifference
  iou: MeasureDifference
}
