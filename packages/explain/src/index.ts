/** Any ONNX vision transformer as a differentiable graph: analyse, compile, run, certify. */
export * from './errors'
export * from './explain/report'
export * from './explain/class-inputs'
export * from './explain/method-catalogue'
export type { AnalysedModel, ExplainGraph, ExplainOptions, ShuffledGraph } from './explain/api'
export type { ShuffledBlocks } from './explain/shuffled-weights'
export type { GatedGraph, HeadFill, HeadOutputGraph } from './explain/gated-graph'
export { HEAD_MEASURES, type HeadMeasure } from './explain/head-measures'
export { analyseModel } from './explain/analyse'
export type { AnalyseOptions } from './explain/analyse-options'
export { certify, LIMITS as CERTIFICATE_LIMITS } from './explain/certify'
export { CERTIFICATE_VERSION } from './explain/certificate-version'
export { CLASS_VECTOR_KINDS, checkClassVectors, type ClassVectors } from './explain/class-vectors'
export { FEATURE_READOUTS } from './explain/features'
export { arrangeInput, type FloatArray } from './explain/arrange-input'
export { pictureSize, toChannelsFirst } from './explain/channels-last'
export {
  openExplainer,
  type ExplainClasses,
  type Explainer,
  type ExplainerOptions,
  type Explanation,
} from './explain/explainer'
export type { CertifyOptions } from './explain/finite-differences'
export { MAX_CHANNELS, type ImageSize } from './explain/image-size'
export { boxInShares, DETR_BOXES } from './explain/box-form'
export { checkPlaces } from './explain/check-places'
export { gradientRows } from './explain/readout-rows'
export { infer, placeFeeds, type InferenceInput, type InferenceOutput } from './explain/infer'
export { chooseOutput } from './explain/logits'
export type { EmbeddedPrompts } from './explain/prompts'
export { openTextTower, type TextTower, type TokenisedPrompts } from './explain/text-tower'
export { chainLayerMaps, chainMap, type ChainArrays } from './explain/chain-maps'
export { layerMaps, sampleMap, type SampleArrays } from './explain/sample-maps'
export type { GraphFile, LoadedGraph, LoadGraph } from './onnx/run-graph'
export type { ElementType, Tensor, TensorData } from './onnx/tensor'
export {
  fromOrt,
  onnxRuntimeLoader,
  toOrt,
  type OnnxRuntimeModule,
  type OnnxRuntimeOptions,
  type OnnxRuntimeSession,
  type OnnxRuntimeTensor,
} from './runtime/onnx-runtime'
