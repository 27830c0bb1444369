/** What the compute process does for others. Every method can be called through a process port. */
import type { BatchResult } from '@shared/batch-result'
import type { MethodId } from '@shared/methods'

import type {
  Certificate,
  InputPreview,
  MethodSettings,
  ModelFiles,
  ModelInfo,
  Precision,
  Preprocessing,
  ProviderChoice,
  ProviderId,
} from '@shared/api'
import type { MaskLocation, SampleLocation } from '../datasets/location'

export type { BatchResult }

export interface PrepareOptions {
  modelPath: string
  methods: MethodId[]
  settings: MethodSettings
  preprocessing: Preprocessing
  provider: ProviderId | 'auto'
  precision: Precision
  batch: number | 'auto'
  /** Refuse ('model-changed') when the file's hash is another one; null takes any. */
  expectedHash: string | null
}

export interface PreparedSession {
  session: number
  model: ModelInfo
  choice: ProviderChoice
  /** Samples a call to `run` should carry. */
  batch: number
}

export interface SampleInput {
  id: number
  file: SampleLocation
  mask: MaskLocation | null
  /** Class to explain, -1 for the prediction. */
  target: number
}

export interface ExplainArrays {
  modelPath: string
  /** `[B, C, H, W]` */
  input: { dims: number[]; data: Float32Array }
  /** One class a sample, or -1. */
  targets: number[]
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

export interface ComputeApi {
  inspect(path: string): Promise<ModelInfo & ModelFiles>
  certify(path: string): Promise<Certificate>
  prepare(options: PrepareOptions): Promise<PreparedSession>
  /** Decoding of a later batch overlaps inference of an earlier one: keep two calls under way. */
  run(session: number, samples: SampleInput[]): Promise<BatchResult>
  /** One head's attention from the read-out rows over the patches. Answered between batches. */
  attention(options: {
    modelPath: string
    preprocessing: Preprocessing
    file: SampleLocation
    layer: number
    head: number
  }): Promise<{ grid: [number, number]; values: Float32Array }>
  /** The command line's `explain`: arrays in, arrays out, named as CLI.md says. */
  explain(
    request: ExplainArrays,
  ): Promise<{ arrays: NamedArray[]; choice: ProviderChoice; seconds: number; certificate: Certificate }>
  /** The picture that the model sees, as PNG. */
  inputPicture(file: SampleLocation, preprocessing: Preprocessing): Promise<Uint8Array>
  /** The part of a mask that the model sees, white inside, as PNG. */
  maskPicture(file: SampleLocation, mask: MaskLocation, preprocessing: Preprocessing): Promise<Uint8Array>
  /** What the model would be fed of each file, as pixels again; a file that fails carries its error. */
  previewInputs(files: { path: string; file: SampleLocation }[], preprocessing: Preprocessing): Promise<InputPreview[]>
  close(session: number): Promise<void>
}
