/** ONNX files as graphs that can be read, built, changed and written. */
export { GraphBuilder } from './builder'
export { toFloat32 } from './float16'
export { Graph } from './graph'
export { modelIdentity, type ModelIdentity } from './model-identity'
export { readModel } from './read'
export type { GraphFile, LoadedGraph, LoadGraph } from './run-graph'
export { elementCount, float32, int64, takeRows, type ElementType, type Tensor, type TensorData } from './tensor'
export { writeModel } from './write'
