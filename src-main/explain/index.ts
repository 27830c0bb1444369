/** The library of its own: any ONNX vision transformer as a differentiable graph. */
export * from './api'
export { analyseModel } from './analyse'
