/** Outputs that are a choice or a part of what a model says of its classes: ranked scores, or some of the probabilities. */
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { downstream } from './dependence'
import { findEnding } from './endings'

export interface Selection {
  /** Completes "'NAME' is ..". */
  what: string
  /** The value before it: the logits, where an ending or the choice was found right behind them. */
  whole: string
}

/** Which class stands where, each picture decides. */
const RANKING = new Set('TopK ArgMax ArgMin Hardmax ReduceMax ReduceMin'.split(' '))
/** Some of the values, or several put together, by constants. */
const CUTTING = new Set('Slice Gather GatherElements GatherND Split Concat'.split(' '))
const PASSED = new Set('Identity Cast Reshape Flatten Squeeze Unsqueeze Clip Dropout Transpose Log Neg'.split(' '))

/**
 * What an output is of the classes' scores, where it is not all of them in their order; null otherwise. A part of the
 * logits is not a selection, since a logit stays what it is; a part of probabilities depends on those that are left out.
 */
export function findSelection(graph: Graph, facts: Facts, output: string): Selection | null {
  const producers = graph.producers()
  let onPixels: Set<string> | null = null
  let cut: GraphNode | null = null
  for (let value = output; ;) {
    const ending = cut && findEnding(graph, facts, value)
    if (ending) {
      const made = ending.ending === 'sigmoid' ? 'sigmoids' : 'probabilities'
      return { what: `${cut!.op === 'Concat' ? 'made' : 'a part'} of ${made} (${named(cut!)})`, whole: ending.value }
    }
    const node = producers.get(value)
    if (node?.domain !== '') return null
    const [first, index] = node.inputs as [string, string | undefined]
    const isScores = holdsScores(facts, first)
    const chosen =
      (RANKING.has(node.op) && isScores) ||
      (node.op.startsWith('Gather') &&
        isScores &&
        (onPixels ??= downstream(graph, [graph.inputs[0]!.name])).has(index ?? ''))
    if (chosen) {
      return {
        what: `what each picture chooses of its scores (${named(node)}), not the score of one class`,
        whole: findEnding(graph, facts, first)?.value ?? first,
      }
    }
    if (CUTTING.has(node.op)) cut ??= node
    else if (!PASSED.has(node.op)) return null
    value = first
  }
}

const named = (node: GraphNode) => `${node.op}, node '${node.label}'`

/** Whether a value has one number a class: a single axis besides the batch. */
function holdsScores(facts: Facts, value: string): boolean {
  const known = facts.get(value)
  return known !== undefined && known.dims.filter((dim, axis) => axis !== known.batchAxis && dim !== 1).length <= 1
}
