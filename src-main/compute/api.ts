/** What the compute process does for others. Every method can be called through a process port. */
import type { BatchResult } from '@shared/batch-result'
import type { ResizeBackend } from '@shared/resize-backend'
import type { ClassInputs } from '@headlight/explain/class-inputs'
import type { HeadFill } from '@headlight/explain'
import type { MethodId } from '@headlight/explain/methods'

import type {
  AttentionRow,
  Detection,
  InputPreview,
  LabelMapping,
  LayerMaps,
  Likeness,
  ModelChoice,
  ModelFiles,
  ModelInfo,
  Precision,
  Preprocessing,
  ProviderChoice,
  ProviderId,
  SampleExplanation,
} from '@shared/api'
import type { Certificate, MethodSettings, ModelTask } from '@headlight/explain/report'
import type { SampleLocation } from '../datasets/location'
import type { Abortable } from '../process/remote'
import type { PrepareOptions, SampleInput } from './session-input'
import type {
  AblatedSamples,
  AblationInput,
  AblationOptions,
  EvaluationInput,
  EvaluationOptions,
  EvaluationResult,
  HeadCriteria,
  HeadOutputSums,
} from './evaluation-api'

export type { BatchResult }
export type * from './evaluation-api'
export type * from './session-input'

export interface PreparedSession {
  session: number
  model: ModelInfo
  choice: ProviderChoice
  /** Samples a call to `run` should carry. */
  batch: number
}

export interface ExplainArrays extends ModelChoice {
  modelPath: string
  /** `[B, C, H, W]` */
  input: { dims: number[]; data: Float32Array }
  /** One class a sample, or -1. */
  targets: number[]
  /** The class that each target is explained against, or its mark (@shared/target-classes). */
  against?: number[]
  /** Queries of a detector, -1 for the surest. */
  queries?: number[]
  /** Of a segmentation: a mask picture, over which classes are explained in place of their own masks. */
  region?: string
  /** The class of a detector that means "no object". */
  noObject?: number
  methods: MethodId[]
  settings: MethodSettings
  raw: boolean
  provider: ProviderId | 'auto'
  precision: Precision
  saveGraph: string | null
}

export interface NamedArray {
  name: string
  dims: number[]
  data: Float32Array
}

export interface ModelQuestion extends ModelChoice, Abortable {
  /** Height and width of pictures in pixels, for models that leave them open. */
  size?: { height: number; width: number } | null
}

/** A model to be certified. */
export interface CertifyQuestion extends ModelQuestion {
  /** Each head by itself. */
  perHead?: boolean
}

/** The model of a run, at the size of its pictures. */
export interface RunModelQuestion extends ModelChoice {
  modelPath: string
  expectedHash: string
  preprocessing: Pick<Preprocessing, 'size'>
}

/** What a user names in place of what lies beside a model. */
export interface ChosenFiles {
  preprocessPath?: string | null
  /** Takes the place of what is found or in `preprocessPath`. */
  preprocessing?: Preprocessing | null
  resizeBackend?: ResizeBackend
  /** A file of class names. */
  labelsPath?: string | null
  /** Files whose content tells them apart: one of class names, one that matches labels with classes, or one of each. */
  labelFiles?: readonly string[]
}

export interface InspectQuestion extends ModelQuestion {
  files?: ChosenFiles
}

/** A model with its preprocessing and class names, found beside it or chosen. */
export type InspectedModel = ModelInfo &
  ModelFiles & {
    /** What `labelFiles` match with classes. */
    labelMapping?: LabelMapping
  }

/** A sample that a person looks at. */
export interface SampleQuestion extends ModelChoice, Abortable {
  modelPath: string
  /** Throws 'model-changed' when the file's hash differs. */
  expectedHash: string
  task?: ModelTask
  /** The class of a detector that means "no object". */
  noObject?: number
  preprocessing: Preprocessing
  file: SampleLocation
}

export interface TargetQuestion extends SampleQuestion {
  /** Classes, or marks in their place (@shared/target-classes). */
  target: number
  against: number
  /** Query of a detector, -1 for the surest. */
  query?: number
  /** Of a segmentation: the mask that the class is explained over in place of its own; null where the sample has none. */
  truth?: Pick<SampleInput, 'mask' | 'reading'> | null
  settings: MethodSettings
}

/** Output, tower and read-out are those of the features; null for those that there are. */
export interface LikenessQuestion extends Omit<SampleQuestion, 'classes'> {
  /** What of its model the sample's run explains. */
  ofRun: ModelChoice
  /** The other sample, or the pictures of a group, of which the mean direction is taken. */
  others: SampleLocation[]
  isGroup: boolean
  methods: MethodId[]
  settings: MethodSettings
}

export interface ComputeApi {
  /** Reads every file beside the model, and those chosen in their place, once. A model that is not supported is a result, unless files are chosen. */
  inspect(path: string, question?: InspectQuestion): Promise<InspectedModel>
  /** Throws 'model-changed' where a run's model has another hash now, or as `inspect`. `prepare` uses again what it read. */
  checkModel(question: RunModelQuestion): Promise<void>
  certify(path: string, options?: CertifyQuestion): Promise<Certificate>
  /** The class vectors of a choice with their prompts as a file of their own, and their hash; null without any. */
  classVectorsFile(path: string, choice: ModelChoice): Promise<{ hash: string; bytes: Uint8Array } | null>
  prepare(options: PrepareOptions): Promise<PreparedSession>
  /** Decoding of a later batch overlaps inference of an earlier one, so callers keep two calls in progress. */
  run(session: number, samples: SampleInput[]): Promise<BatchResult>
  /** Loads a model for `evaluate`. Throws 'usage' for one that no metric is defined of. */
  prepareEvaluation(options: EvaluationOptions): Promise<{ session: number; choice: ProviderChoice }>
  /** Measures maps of the predicted class; changed pictures of all samples of a call share batches. */
  evaluate(session: number, samples: EvaluationInput[], options?: Abortable): Promise<EvaluationResult>
  /** Loads a model for the four calls below. Throws 'unsupported-model' where heads cannot be switched off. */
  prepareAblation(options: AblationOptions): Promise<{ session: number; choice: ProviderChoice }>
  headCriteria(session: number, samples: SampleInput[]): Promise<HeadCriteria>
  headOutputSums(session: number, samples: SampleInput[]): Promise<HeadOutputSums>
  /** Says what stands in place of heads that are switched off. */
  fillHeads(session: number, fill: HeadFill): Promise<void>
  /** Samples under sets of gates, `[sets, layers * heads]`, 1 for a head as it is. */
  switchHeadsOff(
    session: number,
    samples: AblationInput[],
    gates: Uint8Array,
    options?: Abortable,
  ): Promise<AblatedSamples>
  /** Any class, any methods, for one sample; like the next two answered between batches. */
  explainSample(question: TargetQuestion & { methods: MethodId[] }): Promise<Omit<SampleExplanation, 'top'>>
  /** One head's attention from the read-out rows (of these classes, where every target has its own), or from one patch. */
  attention(
    question: SampleQuestion & { layer: number; head: number; patch: number | null; asked?: ClassInputs },
  ): Promise<AttentionRow>
  /** A method's map after each layer. */
  layerMaps(question: TargetQuestion & { method: MethodId }): Promise<LayerMaps>
  /** Why a sample is like another one, or like the mean of a group. */
  likeness(question: LikenessQuestion): Promise<Likeness>
  /** The command line's `explain`: arrays in, arrays out, named as docs/CLI.md says. */
  explain(request: ExplainArrays): Promise<ExplainedArrays>
  /** The picture that the model sees, as PNG. */
  inputPicture(file: SampleLocation, preprocessing: Preprocessing): Promise<Uint8Array>
  /** The part of a mask that the model sees, white inside and grey where it is void, as PNG; null where its reading gives it none. */
  maskPicture(
    sample: Pick<SampleInput, 'file' | 'mask' | 'reading'>,
    preprocessing: Preprocessing,
  ): Promise<Uint8Array | null>
  /** The model's input for each file, turned back into pixels; a file that fails has its error. */
  previewInputs(files: { path: string; file: SampleLocation }[], preprocessing: Preprocessing): Promise<InputPreview[]>
  /** The model's input for each file. Throws the error of the first file that fails. */
  inputTensors(files: SampleLocation[], preprocessing: Preprocessing): Promise<FedPicture[]>
  close(session: number): Promise<void>
}

export interface ExplainedArrays {
  arrays: NamedArray[]
  /** The class that each sample was explained for. */
  targets: number[]
  /** Of detectors: the query that has it, and its box in shares of the input, one a sample. */
  detections?: Detection[]
  choice: ProviderChoice
  seconds: number
  /** Which samples have nothing to explain, and why, a sentence each. */
  notes: string[]
}

/** One picture as the model gets it. */
export interface FedPicture {
  /** `[channels, height, width]` of the preprocessing. */
  values: Float32Array
  /** Sentences about where its pixels are not those of PIL's convert('RGB'). */
  notes: string[]
}
