/** Statistics of runs as both sides speak of them. */
import type { MasksWithout } from '../masks'
import type { HeadNumber } from './head-groupings'
import type { MethodId } from '@headlight/explain/methods'
import type { HeadCounts } from '@headlight/explain/report'

/** Statistics of head weights, or of sum A o G, over the samples of one group. */
export interface HeadGroup {
  key: string
  name: string
  count: number
  /** All `[layers, heads]`, of the weight w (scores normalised within their layer) or of sum A o G; 0 for heads that a layer has not. */
  mean: Float32Array
  std: Float32Array
  /** Quantiles 0.05, 0.25, 0.5, 0.75, 0.95: `[5, layers, heads]`. */
  quantiles: Float32Array
  /** Share of samples in which the head ranks first in its layer, of sum A o G by magnitude. */
  topShare: Float32Array
}

export interface HeadStatistics extends HeadCounts {
  norm: HeadNumber
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
