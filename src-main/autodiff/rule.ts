/** What a gradient rule is: which operator and opsets, and how input gradients follow from output gradients. */
import type { GraphBuilder } from '../onnx/builder'
import type { ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'

export interface RuleContext {
  node: GraphNode
  inputs: string[]
  outputs: string[]
  /** Gradient of the scalar with respect to each output; null where none arrives. */
  grads: (string | null)[]
  g: GraphBuilder
  /** Type and shape of an input or output of the node. */
  facts(name: string): ValueFacts
  /** Whether the gradient of input `index` is wanted; null may be returned for all others. */
  needs(index: number): boolean
}

/** Gives one gradient an input (null: none), each of its input's shape. Runs only with at least one output gradient. */
export type Rule = (context: RuleContext) => (string | null)[]

export interface RegisteredRule {
  op: string
  /** First and last opset of ONNX's own operators in which this meaning holds. */
  since: number
  until: number
  apply: Rule
}

/** Declares a rule for an operator of ONNX's own domain. */
export function rule(op: string, opsets: { since?: number; until?: number }, apply: Rule): RegisteredRule {
  return { op, since: opsets.since ?? 1, until: opsets.until ?? Infinity, apply }
}

/** The gradient of the only output of a node. */
export function onlyGrad({ grads }: RuleContext): string {
  return grads[0]!
}
