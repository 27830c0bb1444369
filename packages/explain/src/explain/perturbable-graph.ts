/** A model from its first attention onward, in double precision, with an input that is added to the attention of each layer. */
import type { ValueFacts } from '../onnx/facts'
import { GraphNode } from '../onnx/node'
import type { ModelAnatomy } from './anatomy'
import { suffixGraph, type SuffixGraph } from './suffix-graph'

export interface PerturbableGraph extends SuffixGraph {
  /** The input that is added to an attention, by the attention's value; further inputs are those of `frontier`. */
  steps: ReadonlyMap<string, string>
}

/** Everything from the attentions `values` to the logits, each of them replaced by itself plus its step. */
export function perturbableGraph(
  { graph, facts, logits }: Pick<ModelAnatomy, 'graph' | 'facts' | 'logits'>,
  values: readonly string[],
): PerturbableGraph {
  const moved = graph.clone()
  const known = new Map<string, ValueFacts>(facts)
  const steps = new Map<string, string>()
  const sums = new Map<string, string>()
  for (const value of values) {
    const fact = { ...facts.get(value)!, constant: undefined }
    const [step, sum] = [moved.fresh('step'), moved.fresh('perturbed')]
    steps.set(value, step)
    sums.set(value, sum)
    known.set(step, fact)
    known.set(sum, fact)
  }
  moved.nodes = moved.nodes.flatMap((node) => {
    node.inputs = node.inputs.map((input) => sums.get(input) ?? input)
    const perturbed = node.outputs.filter((output) => steps.has(output))
    return [node, ...perturbed.map((value) => new GraphNode('Add', [value, steps.get(value)!], [sums.get(value)!]))]
  })
  const { frontier, ...suffix } = suffixGraph(moved, known, [...steps.values()], [logits.value], true)
  const fed = new Set(steps.values())
  return { ...suffix, frontier: frontier.filter((name) => !fed.has(name)), steps }
}
