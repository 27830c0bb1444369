/** The library of its own: any ONNX vision transformer as a differentiable graph. */
export * from './api'
export { analyseModel } from './analyse'
export { certify, LIMITS as CERTIFICATE_LIMITS } from './certify'
