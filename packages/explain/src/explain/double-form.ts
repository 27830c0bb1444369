import type { GraphBuilder } from '../onnx/builder'
import type { ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'

/** An operator of a float graph that becomes one of doubles: its inputs are doubles by then. */
export interface DoubleContext {
  node: GraphNode
  inputs: string[]
  outputs: string[]
  g: GraphBuilder
  /** Type and shape of an input or output in the float graph. */
  facts(name: string): ValueFacts
}

/** Builds the operator from others that have double kernels, and gives its output. */
export type DoubleForm = (context: DoubleContext) => string
