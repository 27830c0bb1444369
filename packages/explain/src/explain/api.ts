/** What explain/ offers to the rest of the program (implemented in analyse.ts, compile.ts and certify.ts). */
import type { MethodId } from './method-catalogue'
import type { MethodSettings, ModelReport } from './report'
import type { GraphFile } from '../onnx/run-graph'
import type { ModelAnatomy } from './anatomy'

/** What an explain graph computes; each part is left out where it is not asked for. */
export interface ExplainOptions {
  methods: readonly MethodId[]
  settings: MethodSettings
  /** Adds head scores of both norms even where no chosen method needs them. */
  scores: boolean
  /** Adds A and G themselves, `[B, L, H, N, N]` each. */
  raw: boolean
  /** Adds the attention of every head from the read-out rows. */
  readoutAttention?: boolean
  /** Adds a second class input, for d(logit[target] - logit[against]) / dA. */
  contrast?: boolean
}

/** One plain ONNX model that computes everything at once; all outputs are float32 unless said. */
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
  outputs: {
    /** `[B, classes]` */
    logits: string
    /** int64 `[B]`: the class that was explained. */
    target: string
    /** int64 `[B]`: the class that it was explained against, -1 for none. Only with `contrast`. */
    against?: string
    /** `[B, L, H]`, before normalisation. */
    headL1?: string
    headL2?: string
    /** `[B, P]` each. */
    maps: Partial<Record<MethodId, string>>
    attention?: string
    gradient?: string
    /** `[B, L, H, P]`: A of the read-out rows over the patches, the rows averaged. */
    readoutAttention?: string
  }
  /** False where the model only takes one sample at a time. */
  dynamicBatch: boolean
}

/** A model that was read, traced and understood. `report.supported` says whether it can be compiled. */
export interface AnalysedModel {
  report: ModelReport
  /** Builds the explain graph. Throws HeadlightError 'unsupported-model' where the report says so. */
  compile(options: ExplainOptions): ExplainGraph
  /** The model's file as it is, for comparisons: what was read and written again would repeat what was misread. */
  original: GraphFile
  /** Element type of the original's image input. */
  inputType: string
  /** Whether the original computes in half precision, anywhere: its logits are then right to that only. */
  half: boolean
  /** Whether the original takes its pictures `[B, H, W, C]`; everything else here is `[B, C, H, W]`. */
  channelsLast: boolean
  /** What was found in the graph; null where the model is not supported. */
  anatomy: ModelAnatomy | null
}
