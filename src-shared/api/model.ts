/** What is known about a model after reading and differentiating its graph. */

/**
 * What the logits mean. 'single-label': classes exclude each other, probabilities are their softmax. 'multi-label':
 * every class is a question of its own, probabilities are sigmoids. 'binary': the model has one logit z, given here as
 * the two logits [-z, z], whose sigmoids add up to 1.
 */
export type ModelTask = 'single-label' | 'multi-label' | 'binary'

/** One output of the file. */
export interface ModelOutput {
  name: string
  /** For one image, the batch as 'batch'. */
  shape: (number | string)[]
  /** Whether it can be explained: float values of shape [batch, classes]. */
  explainable: boolean
  /** Why it is not, where more than its shape and type speak against it; completes "it ..". */
  why?: string
}

/** One of several separate chains of attention layers in a model, as of an ensemble. */
export interface ModelTower {
  /** What it is chosen by. */
  name: string
  layers: number
  /** The first node of attention in it. */
  node: string
}

export interface ModelReport {
  supported: boolean
  /** Why not, one sentence each, naming operator and node; empty when supported. */
  reasons: string[]
  layers: number
  heads: number
  tokens: number
  prefixTokens: number
  /** Patch grid, rows then columns. */
  grid: [number, number]
  input: { name: string; shape: (number | string)[] }
  classes: number
  /** The output that is explained; '' where the model is not supported. */
  output: string
  /** All outputs of the file; empty where the model could not be traced. */
  outputs: ModelOutput[]
  /** As the graph shows it; a multi-label head without its sigmoid looks like 'single-label'. */
  task: ModelTask
  /** What the file does to the logits in the end; it is the logits before it that are explained. */
  ending: 'none' | 'softmax' | 'log-softmax' | 'sigmoid'
  opset: number
  producer: string
  dynamicBatch: boolean
  /** Why images go one at a time, where they do. */
  batchReason?: string
  /** Token rows that the logits are read from (METHODS: read-out rows). */
  readoutRows: number[]
  /** What was made of the graph that changes what the numbers mean, one sentence each. */
  notes?: string[]
  /** The towers of attention layers, where there are several; one of them is explained. */
  towers?: ModelTower[]
  /** The tower that is explained, where there are several. */
  tower?: string
}

/** Everything of ModelReport plus the identity by which results are kept. */
export interface ModelInfo extends ModelReport {
  path: string
  fileName: string
  /** SHA-256 of the model file and of its external data, hex. */
  hash: string
  bytes: number
}

export interface HeadCheck {
  layer: number
  head: number
  /** |finite difference - <G, D>| / scale; see METHODS. */
  error: number
}

/** Evidence that the explain graph computes the right numbers for this very model. */
export interface Certificate {
  passed: boolean
  /** Of the check that was made; none of the first one. */
  version?: number
  /** Largest |explain - original| / largest |original|. */
  logitError: number
  /** Largest |row sum - 1| over the rows of all softmaxes that A is, or is made of; rows of zeros are masked as a whole. */
  rowSumError: number
  /** Worst relative finite-difference error over layers and heads. */
  gradientError: number
  heads: HeadCheck[]
  precision: 'float64' | 'float32'
  /** Why the differences were not taken in float64, where they were not. */
  precisionReason?: string
  /** Limits that were applied, in the same units. */
  limits: { logit: number; rowSum: number; gradient: number }
  /** Why it failed, one sentence each. */
  failures: string[]
  seconds: number
}

export type ProviderId = 'cpu' | 'cuda' | 'webgpu' | 'dml' | 'coreml'
export type Precision = 'fp32' | 'tf32' | 'fp16'

export interface ProviderChoice {
  provider: ProviderId
  precision: Precision
  /** One line a provider that was passed over, with the reason. */
  passedOver: { provider: ProviderId; reason: string }[]
}

/** Settings of the methods, with METHODS' defaults. */
export interface MethodSettings {
  gmar: { alpha: number; scope: 'layer' | 'all'; firstLayer: number }
  rollout: { fusion: 'mean' | 'max' | 'min'; discard: number }
}

export const DEFAULT_METHOD_SETTINGS: MethodSettings = {
  gmar: { alpha: 1, scope: 'layer', firstLayer: 0 },
  rollout: { fusion: 'mean', discard: 0 },
}

/** How an image file becomes the model's input tensor; transformers' preprocessor_config.json in our words. */
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
    /** The most that 'shortest' makes of the longer edge, in pixels; left out where there is no limit. */
    longest?: number
  }
  centerCrop: { height: number; width: number } | null
  rescale: number
  /** Taken from rescaled values; left out for 0. */
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

/** Roundings and orders that a configuration does not hold and the library that wrote it decides. */
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
}

export interface FoundLabels {
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
  /** What says how logits become probabilities: the graph, or a file beside the model. */
  taskSource: string
}
