/** Inference, providers, decoding and preprocessing; what the compute process serves. */
export * from './api'
export { Compute } from './compute'
export { decodePool } from './decode-pool'
export { readLabels, readPreprocessing } from './model-files'
export { onnxRuntime } from './onnx-runtime'
