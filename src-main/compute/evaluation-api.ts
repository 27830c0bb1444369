/** What the compute process is asked for an evaluation of maps and heads (docs/EVALUATION.md), and what it answers. */
import type { ModelChoice } from '@shared/api'
import type { PartId } from '@shared/evaluation/metrics'
import type { PrepareOptions, SampleInput } from './session-input'

/** What is loaded to measure how faithful maps are (docs/EVALUATION.md). */
export interface EvaluationOptions
  extends
    ModelChoice,
    Pick<PrepareOptions, 'modelPath' | 'task' | 'methods' | 'settings' | 'preprocessing' | 'provider' | 'precision'> {
  expectedHash: string
  /** Of the curves under the mean fill. */
  steps: number
}

/** A sample with what is to be measured of it. */
export interface EvaluationInput extends SampleInput {
  /** Class index of the label, null without one. */
  label: number | null
  wanted: { part: PartId; methods: string[] }[]
  /** The sample behind it, whose maps are a control of randomisation. */
  next?: Pick<SampleInput, 'id' | 'file'>
}

/** What was measured of one map of a sample. */
export interface EvaluatedMap {
  id: number
  part: PartId
  /** A method or a control, as `columnsOf` names them. */
  method: string
  /** One value a metric of the part, NaN where it is not defined; null where none of them is. */
  values: number[] | null
}

export interface EvaluationResult {
  /** Samples that could be read. */
  ids: Uint32Array
  maps: EvaluatedMap[]
  /** Whether blocks whose weights were shuffled lie between residual sums; null where none were shuffled yet. */
  residual: boolean | null
  /** Changed pictures that the model was asked about, and how many a pass at most. */
  passes: { pictures: number; batch: number }
  errors: { id: number; code: string; message: string }[]
}

/** What is loaded to switch off heads (docs/EVALUATION.md). */
export type AblationOptions = Omit<EvaluationOptions, 'methods' | 'steps'>

/** Of samples: `unchanged` `[n, 3]`, the predicted class, its logit and p; `measures` `[n, 7, layers * heads]`. */
export interface HeadCriteria {
  ids: Uint32Array
  unchanged: Float32Array
  /** L1 and L2 scores, sum A o G, sum |A o G|, entropy of all rows and of the read-out rows, norm of O. */
  measures: Float32Array
  errors: EvaluationResult['errors']
}

export interface HeadOutputSums {
  /** Samples that could be read. */
  count: number
  /** `[heads, d]`, one a layer. */
  sums: Float64Array[]
}

export interface AblationInput extends SampleInput {
  /** The class that is asked about, the one that the unchanged model predicts. */
  predicted: number
}

/** `[n, sets]` each: logit and p of the class that is asked about, and the class with the highest logit. */
export interface AblatedSamples {
  ids: Uint32Array
  logit: Float32Array
  probability: Float32Array
  prediction: Int32Array
  errors: EvaluationResult['errors']
}
