/** Reverse-mode differentiation of a graph: appends the backward pass as ordinary operators. */
import { HeadlightError } from '@shared/errors'
import type { GraphBuilder } from '../onnx/builder'
import type { Facts, ValueFacts } from '../onnx/facts'
import type { GraphNode } from '../onnx/node'
import { withComposites } from './composite'
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
    const { apply } = lookUp(node, g.opset)
    const inputGrads = apply({ node, inputs: node.inputs, outputs: node.outputs, grads, g, facts: factsOf, needs })
    if (inputGrads.length !== node.inputs.length) {
      throw new HeadlightError(
        'internal',
        `The rule of ${node.op} gave ${inputGrads.length} gradients for ${node.inputs.length} inputs.`,
      )
    }
    inputGrads.forEach((grad, index) => {
      if (grad === null || !needs(index)) return
      const name = node.inputs[index]!
      gradients.set(name, [...(gradients.get(name) ?? []), grad])
    })
  }
  return new Map(targets.map((target) => [target, total(target)]))
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
