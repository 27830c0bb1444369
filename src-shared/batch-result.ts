import type { Unmeasured } from './masks'
import type { MethodId } from '@headlight/explain/methods'

/** Results of one batch, samples in the order of `ids`; failed samples are in `errors` only. */
export interface BatchResult {
  ids: Uint32Array
  width: Uint32Array
  height: Uint32Array
  bytes: Float64Array
  /** SHA-256 of the file's content, hex, as read for decoding. */
  hash: string[]
  prediction: Int32Array
  target: Int32Array
  /** Top classes by logit: `[n, k]` each, k = min(5, classes). */
  topK: number
  topClass: Int32Array
  topLogit: Float32Array
  topProbability: Float32Array
  /** Of detectors: the query that was explained, `[n]`, and its box, `[n, 4]` as `Detection` has it, left out where the model gives none. */
  query?: Int32Array
  box?: Float32Array
  layers: number
  heads: number
  grid: [number, number]
  /** `[n, layers, heads]`, null where no method needed scores. */
  headL1: Float32Array | null
  headL2: Float32Array | null
  /** sum A o G of every head, likewise. */
  headTaylor: Float32Array | null
  /** `[n, rows * columns]` each. */
  maps: { method: MethodId; values: Float32Array }[]
  /** Attention of every head from the read-out rows to the patches, `[n, layers, heads, rows * columns]`. */
  attention: Float32Array | null
  /** Localisation against the mask, NaN without one: `[n]` each. */
  localisation: { method: MethodId; pointing: Float32Array; energy: Float32Array; iou: Float32Array }[]
  /** For samples with a mask and no localisation: the reason. */
  unmeasured: ({ id: number } & Unmeasured)[]
  errors: { id: number; code: string; message: string }[]
  timing: { decodeMs: number; inferMs: number }
}
