/** What a gradient rule is: which operator and opsets, and how input gradients follow from output gradients. */
import { HeadlightError } from '../errors'
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

/**
 * Gives one gradient an input, each of its input's shape; null for inputs that are not needed, are not floating-point
 * numbers, or are declared `flat`. Runs only with at least one output gradient.
 */
export type Rule = (context: RuleContext) => (string | null)[]

export interface RegisteredRule {
  op: string
  /** First and last opset of ONNX's own operators in which this meaning holds. */
  since: number
  until: number
  /** Floating-point inputs whose gradient is zero: the output does not change with them, or only in steps. */
  flat: readonly number[]
  apply: Rule
}

/** Declares a rule for an operator of ONNX's own domain. */
export function rule(
  op: string,
  { since = 1, until = Infinity, flat = [] }: { since?: number; until?: number; flat?: readonly number[] },
  apply: Rule,
): RegisteredRule {
  return { op, since, until, flat, apply }
}

/** The gradient of the one output that a rule knows. Throws 'unsupported-model' where a further output is read. */
export function onlyGrad({ grads, node }: RuleContext): string {
  const further = grads.findIndex((grad, index) => index > 0 && grad !== null)
  if (further < 0) return grads[0]!
  throw new HeadlightError(
    'unsupported-model',
    `Output ${further} of ${node.qualifiedOp} (node '${node.label}') is read on the way to the logits, and Headlight has no gradient rule for it. Export the model from its plain eager form.`,
  )
}
