/** Reverse-mode differentiation of a graph: appends the backward pass as ordinary operators. */
import { HeadlightError } from '../errors'
import type { GraphBuilder } from '../onnx/builder'
import { isFloat, type Facts, type ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import { withComposites } from './composites'
import { ruleFor } from './registry'
import type { RegisteredRule } from './rule'

/** Finds the rule of a node; throws where there is none. */
export type RuleLookup = (node: GraphNode, opset: number) => RegisteredRule

/**
 * Appends the gradients of a scalar with respect to `targets`, given `seed`, its gradient with respect to `output`.
 * Walks only nodes that lie between a target and the output. Gives each target's gradient, null where none arrives.
 * Throws 'unsupported-model' where an operator on the way has no rule.
 */
export function differentiate(
  g: GraphBuilder,
  facts: Facts,
  { output, seed, targets }: { output: string; seed: string; targets: readonly string[] },
  lookUp: RuleLookup = ruleFor,
): Map<string, string | null> {
  const path = nodesBetween(withComposites(g.graph, facts), targets, output)
  const reached = new Set([...targets, ...path.flatMap((node) => node.outputs)])
  const gradients = new Map<string, string[]>([[output, [seed]]])
  const total = (name: string): string | null => {
    const parts = gradients.get(name)
    if (!parts) return null
    if (parts.length > 1) gradients.set(name, [parts.length === 2 ? g.add(parts[0]!, parts[1]!) : g.op('Sum', parts)])
    return gradients.get(name)![0]!
  }
  const factsOf = (name: string): ValueFacts => {
    const found = facts.get(name)
    if (!found) throw new HeadlightError('internal', `The shape of '${name}' is not known.`)
    return found
  }
  for (const node of path.toReversed()) {
    const grads = node.outputs.map((name) => (name ? total(name) : null))
    if (grads.every((grad) => grad === null)) continue
    const needs = (index: number) => reached.has(node.inputs[index] ?? '')
    const { apply, flat } = lookUp(node, g.opset)
    const context = { node, inputs: node.inputs, outputs: node.outputs, grads, g, facts: factsOf, needs }
    const met = factsOf(node.outputs.find((_, index) => grads[index] !== null)!).type
    const inputGrads = g.meeting(met, () => apply(context))
    if (inputGrads.length !== node.inputs.length) {
      throw new HeadlightError(
        'internal',
        `The rule of ${node.op} gave ${inputGrads.length} gradients for ${node.inputs.length} inputs.`,
      )
    }
    inputGrads.forEach((grad, index) => {
      if (!needs(index)) return
      const name = node.inputs[index]!
      if (grad === null) {
        if (isFloat(factsOf(name).type) && !flat.includes(index)) throw notComputed(node, index)
        return
      }
      gradients.set(name, [...(gradients.get(name) ?? []), grad])
    })
  }
  return new Map(targets.map((target) => [target, total(target)]))
}

/** A missing gradient is not a gradient of zero. */
function notComputed(node: GraphNode, index: number): HeadlightError {
  return new HeadlightError(
    'unsupported-model',
    `Input ${index} of ${node.qualifiedOp} (node '${node.label}') depends on the attention, and Headlight has no gradient rule for that input. Export the model from its plain eager form.`,
  )
}

/** The nodes on any way from a target to the output, in topological order. */
function nodesBetween(nodes: readonly GraphNode[], targets: readonly string[], output: string): GraphNode[] {
  const downstream = new Set(targets)
  const below = nodes.filter((node) => {
    if (node.op === 'Shape' || node.op === 'Size' || !node.inputs.some((input) => downstream.has(input))) return false
    for (const name of node.outputs) downstream.add(name)
    return true
  })
  const upstream = new Set([output])
  const path: GraphNode[] = []
  for (const node of below.toReversed()) {
    if (!node.outputs.some((name) => upstream.has(name))) continue
    path.push(node)
    for (const name of node.inputs) upstream.add(name)
  }
  return path.reverse()
}
