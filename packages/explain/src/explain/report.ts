/** What is known about a model after reading and differentiating its graph, and the settings of the methods. */

/**
 * What the logits mean. 'single-label': classes exclude each other, probabilities are their softmax. 'multi-label':
 * classes are independent, probabilities are sigmoids. 'binary': the model has one logit z, given here as
 * the two logits [-z, z], whose sigmoids add up to 1. 'regression': the same pair, but z is a number and no logit, so that there
 * are no probabilities; no graph says so, only a user or a file beside the model.
 */
export type ModelTask = 'single-label' | 'multi-label' | 'binary' | 'regression'

/** One output of the file. */
export interface ModelOutput {
  /** Its name in the file. */
  name: string
  /** Shape for one image; the batch axis is 'batch'. */
  shape: (number | string)[]
  /** Whether it can be explained: float values of shape [batch, classes]. */
  explainable: boolean
  /** How it holds logits of classes at several places, where it does: of queries `[batch, Q, C]`, of pixels `[batch, C, h, w]`. */
  dense?: DenseReport['kind']
  /** Why it is not, for reasons other than shape and type; completes "it ..". */
  why?: string
}

/** An output with logits at several places, and what it has: a detector's queries and boxes, a segmentation's places. */
export type DenseReport =
  | {
      kind: 'queries'
      queries: number
      /** The output with a box for each query, null without any. */
      boxes: string | null
      /** How its boxes are written; left out without boxes (and by former versions, which read all as DETR's). */
      boxForm?: BoxForm
    }
  | { kind: 'pixels'; height: number; width: number }

/**
 * How boxes are written. 'centre': centre x, centre y, width and height; 'corners': x1, y1, x2, y2. In shares of the model's input,
 * or in its pixels.
 */
export interface BoxForm {
  layout: 'centre' | 'corners'
  unit: 'shares' | 'pixels'
}

/**
 * How features f and the vector v of a class become a logit. 'cosine': scale * (f/|f|) . (v/|v|) + bias, as in zero-shot
 * classification; 'linear': scale * f . v + bias, a linear probe.
 */
export type ClassVectorKind = 'cosine' | 'linear'

/** How the vectors of tokens become one: the class token's, the mean over the patches, or one behind the other. */
export type FeatureReadout = 'cls' | 'mean' | 'cls+mean'

/** An output that looks like features, by its name or its tokens: `[batch, width]`, or `[batch, tokens, width]`. */
export interface FeatureOutput {
  name: string
  width: number
  /** Null where the output has one vector a picture. */
  tokens: number | null
}

/** The class vectors that make the logits of a model that gives features. */
export interface ClassVectorsReport {
  /** The name of their file. */
  source: string
  kind: ClassVectorKind
  /** Null for 1. */
  scale: number | null
  bias: boolean
  /** How tokens become one vector of features; null where the output has one vector a picture. */
  readout: FeatureReadout | null
  /** The prompts that the vectors were made of, where a text tower made them. */
  prompts?: Prompt[]
}

/** A prompt of a class; several prompts of one name are templates of it. */
export interface Prompt {
  /** The class. */
  name: string
  prompt: string
}

/** One of several separate chains of attention layers in a model, as of an ensemble. */
export interface ModelTower {
  /** The name that chooses it (`AnalyseOptions.tower`). */
  name: string
  /** Number of attention layers. */
  layers: number
  /** Name of its first attention node. */
  node: string
}

/**
 * Which tokens the matrices of an attention mix: all ('global'), those of a window each ('window'), all by fewer keys or queries that
 * stand for several ('pooled'), a single query's ('class'), or channels and no tokens ('channel').
 */
export type SiteKind = 'global' | 'window' | 'pooled' | 'class' | 'channel'

/** One attention: for each picture, head and window a matrix of rows (queries) and columns (keys). */
export interface SiteReport {
  /** Layer, from 0. */
  layer: number
  heads: number
  rows: number
  columns: number
  windows: number
  kind: SiteKind
}

/** What was found in a model: its layers, tokens and output, or why it cannot be explained. */
export interface ModelReport {
  /** Whether the model can be compiled to an explain graph. */
  supported: boolean
  /** Why not, one sentence each, naming operator and node; empty when supported. */
  reasons: string[]
  /** Number of attention layers, L. Layers and heads count from 0, the layer next to the image first. */
  layers: number
  /** Heads of a layer; where layers differ, of the layer with the most. */
  heads: number
  /** Heads of each layer, `[layers]`, where layers differ (pruned heads). Arrays `[.., layers, heads, ..]` are then padded with zeros. */
  layerHeads?: number[]
  /** Why the model has head scores but no maps. Left out where it has maps. */
  noMaps?: string
  /** The attention of each layer, where layers have tokens of their own or there are no maps; otherwise all are of `tokens` x `tokens`. */
  sites?: SiteReport[]
  /** Number of tokens, N = prefixTokens + patches + suffixTokens; 0 where layers differ in them. */
  tokens: number
  /** Number of tokens that are not patches and do not stand behind them: class, distillation and register tokens. */
  prefixTokens: number
  /** Number of tokens behind the last patch, as the detection tokens of YOLOS; left out where there are none. */
  suffixTokens?: number
  /** Patch grid, rows then columns. */
  grid: [number, number]
  /** The image input of the file, `[batch, C, H, W]`, or `[batch, H, W, C]` for channels-last models. */
  input: {
    /** Its name in the file. */
    name: string
    /** Unknown and symbolic axes are strings. */
    shape: (number | string)[]
  }
  /** Number of logits. */
  classes: number
  /** The output that is explained, or whose features become logits by class vectors; '' where the model is not supported. */
  output: string
  /** All outputs of the file; empty where the model could not be traced. */
  outputs: ModelOutput[]
  /** As the graph shows it; a multi-label head without its sigmoid looks like 'single-label'. */
  task: ModelTask
  /** What the file applies to the logits at its end; the logits before it are explained. */
  ending: 'none' | 'softmax' | 'log-softmax' | 'sigmoid'
  /** Opset of ONNX's own operators in the file. */
  opset: number
  /** The program that wrote the file; '' where it does not say. */
  producer: string
  /** Whether the model takes batches of any size; otherwise images are run one at a time. */
  dynamicBatch: boolean
  /** Why images are run one at a time, where they are. */
  batchReason?: string
  /**
   * Token rows that the logits are read from (METHODS.md, "Read-out rows"), of those behind the last layer; empty where every sample has rows
   * of its own.
   */
  readoutRows: number[]
  /** Decisions about the graph that change what the numbers mean, one sentence each. */
  notes?: string[]
  /** The towers of attention layers, where there are several; one of them is explained. */
  towers?: ModelTower[]
  /** The tower that is explained, where there are several. */
  tower?: string
  /** Outputs that look like features; left out without any. */
  features?: FeatureOutput[]
  /** The logits at several places, where `output` has them. */
  dense?: DenseReport
  /** Inputs that take prompts, of a file that compares pictures with them; left out without any. */
  prompts?: string[]
  /** The model is not supported for no other reason than that its prompts were not given. */
  promptsMissing?: true
  /** The class vectors that make the logits of `output`, where they were given. */
  classVectors?: ClassVectorsReport
}

/**
 * Whether the attention of each head is a matrix over the tokens that maps show, so that a head can be shown alone: not where layers
 * have windows, stages or pooled keys.
 */
export const hasHeadMaps = ({ noMaps, sites }: Pick<ModelReport, 'noMaps' | 'sites'>): boolean =>
  noMaps === undefined && sites === undefined

/** How many heads the layers of a model have. */
export type HeadCounts = Pick<ModelReport, 'layers' | 'heads' | 'layerHeads'>

/** Heads of one layer, counted from 0. */
export const headsOf = ({ heads, layerHeads }: Pick<HeadCounts, 'heads' | 'layerHeads'>, layer: number): number =>
  layerHeads?.[layer] ?? heads

/** Whether a model has this head; layers and heads are counted from 0. */
export const hasHead = (model: HeadCounts, layer: number, head: number): boolean =>
  layer < model.layers && head < headsOf(model, layer)

/** Where the heads that a model has stand in an array `[layers, heads]`, in order. */
export const headIndexes = (model: HeadCounts): number[] =>
  Array.from({ length: model.layers * model.heads }, (_, index) => index).filter(
    (index) => index % model.heads < headsOf(model, Math.floor(index / model.heads)),
  )

/** "12 layers of 3 heads", or how many heads each layer has: "3 layers of 3, 1, 2 heads". */
export const headsInWords = ({ layers, heads, layerHeads }: HeadCounts): string =>
  `${layers} layers of ${layerHeads?.join(', ') ?? heads} heads`

/** "layers 0 and 1: 16 windows of 16 x 16": what the matrices of each layer are, a line for layers that are alike. */
export function sitesInWords(sites: readonly SiteReport[]): string[] {
  const groups = new Map<string, number[]>()
  for (const { layer, rows, columns, windows, kind } of sites) {
    const size = `${rows} x ${columns}`
    const what = {
      global: size,
      window: `${windows} windows of ${size}`,
      pooled: `${windows > 1 ? `${windows} windows of ` : ''}${size}, ${rows > columns ? 'fewer keys than queries' : 'fewer queries than keys'}`,
      class: `${size}, a single query`,
      channel: `${windows > 1 ? `${windows} times ` : ''}${size} channels, no tokens`,
    }[kind]
    groups.set(what, [...(groups.get(what) ?? []), layer])
  }
  return [...groups].map(([what, layers]) => `${layersInWords([...new Set(layers)])}: ${what}`)
}

/** "layer 3", "layers 0 and 2", "layers 0 to 3", "layers 0, 1 and 4". */
export function layersInWords(layers: readonly number[]): string {
  const [first, last] = [layers[0]!, layers.at(-1)!]
  if (layers.length === 1) return `layer ${first}`
  if (layers.length > 2 && last - first === layers.length - 1) return `layers ${first} to ${last}`
  return `layers ${layers.slice(0, -1).join(', ')} and ${last}`
}

/** The finite-difference check of one head. */
export interface HeadCheck {
  /** Layer, from 0. */
  layer: number
  /** Head of the layer, from 0. */
  head: number
  /** |finite difference - <G, D>| / scale; see METHODS.md, "The certificate". */
  error: number
  /** Of how many heads, perturbed together, the errors add up to this; left out where the head was looked at by itself. */
  together?: number
  /** Largest error that rounding alone makes, where it was measured; where it is above half of the limit it was taken off `error`. */
  noise?: number
}

/** Evidence that the explain graph computes the right numbers for this very model. */
export interface Certificate {
  /** Whether every error is under its limit. */
  passed: boolean
  /** Version of the check; certificates of the first version have none. */
  version?: number
  /** Largest |explain - original| / largest |original|. */
  logitError: number
  /** Largest |row sum - 1| over the rows of all softmaxes that A consists of; rows of zeros (fully masked) are left out. */
  rowSumError: number
  /** Worst relative finite-difference error over layers and heads. */
  gradientError: number
  /** The finite-difference check of every head, layer by layer; heads that were perturbed together have one error. */
  heads: HeadCheck[]
  /** Precision in which the finite differences were taken. */
  precision: 'float64' | 'float32'
  /** Why the differences were not taken in float64, where they were not. */
  precisionReason?: string
  /** Limits that were applied. */
  limits: {
    /** Of `logitError`. */
    logit: number
    /** Of `rowSumError`. */
    rowSum: number
    /** Of `gradientError`. */
    gradient: number
  }
  /** Why it failed, one sentence each. */
  failures: string[]
  /** What the check could not see, and why, one sentence each; left out where there is nothing to say. */
  notes?: string[]
  /** Duration of the check in seconds. */
  seconds: number
}

/** Settings of the methods, with the defaults of METHODS.md. */
export interface MethodSettings {
  /** Of GMAR. */
  gmar: {
    /** Factor of the identity that is added to each layer's fused map. */
    alpha: number
    /** Whether head weights are normalised over the heads of a layer or over all heads. */
    scope: 'layer' | 'all'
    /** First layer of the rollout, from 0. */
    firstLayer: number
  }
  /** Of attention rollout. */
  rollout: {
    /** How the heads of a layer become one map. */
    fusion: 'mean' | 'max' | 'min'
    /** Share of the lowest entries of patch columns that is set to 0, in [0, 1). */
    discard: number
  }
}

/** The settings of METHODS.md: alpha 1, weights normalised within a layer, heads averaged, nothing discarded. */
export const DEFAULT_METHOD_SETTINGS: MethodSettings = {
  gmar: { alpha: 1, scope: 'layer', firstLayer: 0 },
  rollout: { fusion: 'mean', discard: 0 },
}
