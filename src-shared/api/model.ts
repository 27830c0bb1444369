/** A model's files and what was found beside them. */
import type { LabelSource } from './dataset'
import type { ClassVectorsReport, FeatureReadout, ModelReport, Prompt } from '@headlight/explain/report'

/** Everything of ModelReport plus the identity by which results are kept. */
export interface ModelInfo extends ModelReport {
  path: string
  fileName: string
  /** SHA-256 of the model file and of its external data, hex. */
  hash: string
  bytes: number
  /** With the hash of their content, which belongs to the identity of what was computed. */
  classVectors?: ClassVectorsReport & { hash: string }
}

/** What of a model is explained, where its file leaves it open. */
export interface ModelChoice {
  /** The output to explain, where it is not the one that is found. */
  output?: string | null
  /** The tower of attention layers, where there are several. */
  tower?: string | null
  /** A file of vectors of the classes, for a model that gives features. */
  classes?: ClassVectorsFile | null
  /** How the vectors of tokens become one, where the features are those of tokens. */
  features?: FeatureReadout | null
}

export interface ClassVectorsFile {
  path: string
  /** The file holds prompts, which the model's own text tower makes vectors of. */
  prompts?: boolean
  /** The prompts themselves where they were typed: `path` is then no file. */
  typed?: Prompt[]
  /** `path` is a picture, or a dataset, whose features are the one vector. */
  like?: LikePictures
  /** How they become logits, where the file does not say it. */
  kind?: ClassVectorsReport['kind'] | null
  /** What the file is called where that is not its name: of a project's own copy. */
  source?: string
  /** Refuse another content ('model-changed'); any unless given. */
  hash?: string
}

/** Which pictures of a path are meant, and how they are prepared where not as the files beside the model say. */
export interface LikePictures {
  /** Those of this label alone, where the dataset has labels. */
  label?: string
  labelSource?: LabelSource
  preprocessPath?: string
  preprocessing?: Preprocessing
  resizeBackend?: 'pillow' | 'torchvision'
}

/** What of a model is explained, by content: equal for what gives equal numbers. */
export function explainedPart({ hash, output, tower, classVectors }: ModelInfo): (string | null)[] {
  const parts = [hash, output, tower ?? null]
  return classVectors ? [...parts, classVectors.hash, classVectors.readout] : parts
}

/** The choice alone, of whatever holds one. */
export function modelChoice({ output, tower, classes, features }: ModelChoice): ModelChoice {
  return { output, tower, classes, features }
}

export type ProviderId = 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml'
export type Precision = 'fp32' | 'tf32' | 'fp16'

export interface ProviderChoice {
  provider: ProviderId
  precision: Precision
  /** One line for each provider that was not used, with the reason. */
  passedOver: { provider: ProviderId; reason: string }[]
}

/** How an image file becomes the model's input tensor: transformers' preprocessor_config.json under our names. */
export interface Preprocessing {
  /** Input height and width in pixels, after everything. */
  size: { height: number; width: number }
  resize: {
    /**
     * 'shortest' covers height and width, 'longest' fits into them, both with the picture's own proportions; 'exact'
     * gives them whatever the proportions are.
     */
    mode: 'none' | 'exact' | 'shortest' | 'longest'
    height: number
    width: number
    interpolation: Interpolation
    /** Largest length of the longer edge for 'shortest', in pixels; left out where there is no limit. */
    longest?: number
  }
  centerCrop: { height: number; width: number } | null
  rescale: number
  /** Subtracted from rescaled values; left out for 0. */
  offset?: number
  mean: number[]
  std: number[]
  /** Left out where the colours stay red, green, blue. */
  channelOrder?: 'bgr'
  /** Height and width that zeros fill below and right of the normalised picture; left out where there is no padding. */
  pad?: { height: number; width: number }
  channels: number
  /** Where libraries do the same step differently; left out for transformers' processors over Pillow. */
  rules?: PreprocessingRules
  /** Where it was found, for display: a file name, or "defaults". */
  source: string
}

/** Filters of resizing, by Pillow's names. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming'

/** Rounding and order of steps, which the configuration does not contain: they depend on the library that wrote it. */
export interface PreprocessingRules {
  /** Whose they are: `timm`, `transformers' fast processors`. For display; not part of what defines a run. */
  of: string
  /**
   * The arithmetic of resizing: 'pillow' unless it is given; 'torch' is torchvision's of 8-bit tensors, and 'torch-float'
   * of tensors that were rescaled before.
   */
  resample?: 'torch' | 'torch-float'
  /**
   * Pillow 13 resizes the height first where it loses more than twice as many pixels as the width; former versions, and
   * PyTorch, always resize the width first. The 8 bits in between make that a difference of some levels.
   */
  passes?: 'height-first'
  /** The edge that follows from the proportions is cut to a whole number unless this is given. */
  edge?: 'half-even' | 'half-up'
  /** Where a crop begins if it cannot be in the middle: rounded down unless this is given. */
  crop?: 'half-even'
  /** On which side the odd pixel of padding lies around a picture that is smaller than the crop: before it unless this is given. */
  pad?: 'after'
  /** The colour of that padding, levels of 0 to 255 by channel; black unless it is given. */
  fill?: number[]
  /**
   * Edges that follow from the proportions and are multiples of a number: 'yolos' and 'vilt' cover the shorter edge and cut,
   * 'dpt' keeps the proportions of an exact size as far as multiples allow.
   */
  sizes?: { by: 'yolos' | 'vilt' | 'dpt'; multiple: number }
  /** A central crop in shares of the shorter edge, before resizing (Perceiver). */
  cropFirst?: { height: number; width: number }
}

/** Parts of a preprocessing that a user sees and changes one by one. */
export type PreprocessingPart = 'resize' | 'crop' | 'interpolation' | 'rescale' | 'mean' | 'std'

export interface FoundPreprocessing {
  preprocessing: Preprocessing
  /** Where each part was found: a file's name, or whose default it is. */
  origins: Record<PreprocessingPart, string>
  /** Sentences about what was missing or did not fit. */
  warnings: string[]
  /** The parts that a warning is about, by its sentence; one without an entry is about the files. */
  warnedParts?: Record<string, PreprocessingPart[]>
}

export interface FoundLabels {
  /** The class of a detector that means "no object": its configuration names one class fewer than the output has. */
  noObject?: number
  /** Class names by index. */
  labels: string[]
  /** Identifiers of the classes that datasets use in place of their names (synsets), null without any. */
  labelKeys: string[] | null
  labelsSource: string
}

/** What lies beside a model. */
export interface ModelFiles extends FoundLabels {
  /** Preprocessing that was found beside the model, or defaults for its input size. */
  preprocessing: Preprocessing
  preprocessingOrigins: FoundPreprocessing['origins']
  preprocessingWarnings: string[]
  /** As in FoundPreprocessing. */
  warnedParts?: Record<string, PreprocessingPart[]>
  /** What says how logits become probabilities: the graph, or a file beside the model. */
  taskSource: string
}
