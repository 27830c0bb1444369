/** Samples and their results as both sides speak of them. */
import type { Unmeasured } from '../masks'
import type { MethodId } from '@headlight/explain/methods'
import type { FeatureReadout } from '@headlight/explain/report'
import type { SortKey } from './sort'

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
  /** sum A o G of every head, `[layers, heads]`, null when the run kept none: run again where it is of a former version. */
  headTaylor: Float32Array | null
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
  /** sum A o G of every head, `[layers, heads]`. */
  headTaylor: Float32Array
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
