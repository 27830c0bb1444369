/** What explain/ offers to the rest of the program (implemented in analyse.ts, compile.ts and certify.ts). */
import type { MethodId } from './method-catalogue'
import type { MethodSettings, ModelReport } from './report'
import type { GraphFile } from '../onnx/run-graph'
import type { ModelAnatomy } from './anatomy'
import type { ShuffledBlocks } from './shuffled-weights'
import type { GatedGraph, HeadFill, HeadOutputGraph } from './gated-graph'

/** What an explain graph computes; parts that are not asked for are left out. */
export interface ExplainOptions {
  /** Methods whose maps the graph gives. */
  methods: readonly MethodId[]
  /** Settings of the methods. */
  settings: MethodSettings
  /** Adds head scores of both norms, even where no chosen method needs them, and sum A o G of every head. */
  scores: boolean
  /** Adds A and G themselves, `[B, L, H, N, N]` each. */
  raw: boolean
  /** Adds the attention of every head from the read-out rows. */
  readoutAttention?: boolean
  /** Adds what is said of single heads beside their scores: sum A o G, its magnitude and others (`outputs.headTaylor` and after it). */
  headMeasures?: boolean
  /** Adds a second class input, for d(logit[target] - logit[against]) / dA. */
  contrast?: boolean
  /** Class of a detector that means "no object", from its configuration; no class does unless given. */
  noObject?: number | null
}

/** One ONNX model of standard operators that computes everything in one run; outputs are float32 unless said otherwise. */
export interface ExplainGraph extends GraphFile {
  /** float32 `[B, C, H, W]`, preprocessed. */
  imageInput: string
  /** int64 `[B]`: the target class of each sample, or -1 for the predicted class. */
  targetInput: string
  /**
   * int64 `[B]`: the class that each sample's target is explained against, -1 for none, -2 for the prediction, -3 for
   * the class with the second highest logit. Only with `contrast`.
   */
  againstInput?: string
  /** int64 `[B]`: the query of a detector whose logit is explained, -1 for the surest of the target class. */
  queryInput?: string
  /**
   * float32 `[B, h, w]`, of a segmentation: the mask whose mean logit is explained, as weights of its places; -1 everywhere for the
   * places where the target's logit is the highest.
   */
  regionInput?: { name: string; size: [height: number, width: number] }
  /** Names of the graph's outputs. */
  outputs: {
    /** `[B, classes]`; of a detector of each class's query, of a segmentation the means over each class's mask. */
    logits: string
    /** `[B, classes]`, of detectors and segmentations: how sure the model is of a class's query, a class's share of the places. */
    probabilities?: string
    /** int64 `[B]`, of detectors: the query whose logit was explained. */
    query?: string
    /** `[B, 4]`, of detectors with boxes: the box of that query, as the model gives it. */
    box?: string
    /** int64 `[B]`: the class that was explained. */
    target: string
    /** int64 `[B]`: the class that it was explained against, -1 for none. Only with `contrast`. */
    against?: string
    /** Head scores `[B, L, H]`, the L1 norm of G, before normalisation. */
    headL1?: string
    /** Head scores `[B, L, H]`, the L2 norm of G, before normalisation. */
    headL2?: string
    /** `[B, L, H]`: sum A o G, the derivative of the logit by a gate on the head's output. Only with `scores` or `headMeasures`. */
    headTaylor?: string
    /** `[B, L, H]`: sum |A o G|. Only with `headMeasures`. */
    headAbsoluteTaylor?: string
    /** `[B, L, H]`: mean entropy of the rows of A, in nats. Only with `headMeasures`. */
    headEntropy?: string
    /** `[B, L, H]`: the same of the read-out rows. Only with `headMeasures`. */
    headReadoutEntropy?: string
    /** `[B, L, H]`: the norm of A V. Only with `headMeasures`. */
    headOutputNorm?: string
    /** Relevance maps by method, `[B, P]` each. */
    maps: Partial<Record<MethodId, string>>
    /** A, `[B, L, H, N, N]`. Only with `raw`. */
    attention?: string
    /** G, `[B, L, H, N, N]`. Only with `raw`. */
    gradient?: string
    /** A of each layer, where layers have tokens of their own, in the model's own layout with the batch first, instead of `attention`. Only with `raw`. */
    siteAttention?: string[]
    /** G of each layer, likewise. */
    siteGradient?: string[]
    /** `[B, L, H, P]`: A of the read-out rows over the patches, the rows averaged. */
    readoutAttention?: string
  }
  /** Whether the graph takes batches of any size; otherwise one sample at a time. */
  dynamicBatch: boolean
}

/** An explain graph of a model with shuffled weights. */
export interface ShuffledGraph extends ExplainGraph {
  /** Whether blocks lie between residual sums; otherwise they lie between successive products A V. */
  residual: boolean
}

/** A model that was read, traced and understood. `report.supported` says whether it can be compiled. */
export interface AnalysedModel {
  /** What was found, in plain values. */
  report: ModelReport
  /** Builds the explain graph. Throws HeadlightError 'unsupported-model' where the report says so. */
  compile(options: ExplainOptions): ExplainGraph
  /** Builds the forward graph with a gate on every head. Throws 'unsupported-model' where `report.tokens` is 0, and for detectors and segmentations. */
  compileGated(fill: HeadFill): GatedGraph
  /** Builds the graph that gives the mean output of every head, for a gated graph of the kind 'mean'. Throws likewise. */
  compileHeadOutputs(): HeadOutputGraph
  /**
   * Builds the explain graph of the model with the weights of its last block, or of all blocks, shuffled within each tensor.
   * Throws as `compile` does.
   */
  compileShuffled(options: ExplainOptions, blocks: ShuffledBlocks, seed: number): Promise<ShuffledGraph>
  /** The model's file, unchanged, for comparisons: a copy that was written again would repeat a reading error. */
  original: GraphFile
  /** Element type of the original's image input. */
  inputType: string
  /** Whether the original computes in half precision anywhere; its logits are then exact to half precision only. */
  half: boolean
  /** Whether the original takes images as `[B, H, W, C]`; everything else here is `[B, C, H, W]`. */
  channelsLast: boolean
  /**
   * What was found in the graph, as nodes and values, for `certify`; null where the model is not supported.
   * @internal
   */
  anatomy: ModelAnatomy | null
}
