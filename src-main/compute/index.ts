/** Inference, providers, decoding and preprocessing; what the compute process serves. */
export * from './api'
export { Compute } from './compute'
export { readLabels, readPreprocessing } from './model-files'
export { readNpy, writeNpy, type NpyArray } from './npy'
export { onnxRuntime } from './onnx-runtime'
