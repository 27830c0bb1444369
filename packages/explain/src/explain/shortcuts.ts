/** Ways around layers: a rollout knows one residual connection around each attention, and no other. */
import type { Graph } from '../onnx/graph'
import type { AttentionSite } from './attention-sites'
import { Dominators, downstream, upstream } from './dependence'

/** What a layer reads: its matrices, its values and the stream that its result is added to. */
export interface LayerReads {
  sites: readonly AttentionSite[]
  /** Null where no residual connection was found. */
  residuals: readonly (string | null)[]
}

/**
 * Says where something reaches a layer, or the logits, around layers before it, as the long skip connections of U-ViT or
 * logits that are read from the tokens of several layers. In a chain every way from the pixels to a layer passes what the
 * layer before it reads. `output` is null where other towers lead to the logits anyway.
 */
export function shortcutNotes(graph: Graph, layers: readonly LayerReads[], output: string | null): string[] {
  const dominators = new Dominators(graph, graph.inputs[0]!.name)
  const entries = layers.map(({ sites, residuals }) =>
    dominators.common([
      ...sites.flatMap(({ value, values }) => [value, values]),
      ...residuals.filter((residual) => residual !== null),
    ]),
  )
  const passes = (entry: string | null, to: string | null) =>
    entry !== null && to !== null && dominators.common([entry, to]) === entry
  const notes: string[] = []
  for (let layer = 1; layer < layers.length; layer++) {
    const results = layers[layer - 1]!.sites.flatMap(({ products }) => products.flatMap(({ outputs }) => outputs))
    const follows = downstream(graph, results).has(entries[layer]!)
    if (follows && passes(entries[layer - 1]!, entries[layer]!)) {
      const joined = entries[layer] && joinedAgain(graph, results, entries[layer - 1]!, entries[layer]!)
      if (joined) {
        notes.push(
          `What layer ${layer - 1} reads comes to layer ${layer} around it once more (node '${joined}'), as a long skip connection does; ${UNSEEN}`,
        )
      }
      continue
    }
    const from = entries.findLastIndex((entry, at) => at < layer && passes(entry, entries[layer]!))
    notes.push(
      `Something reaches layer ${layer} (node '${layers[layer]!.sites[0]!.node.label}') around ${named(Math.max(from, 0), layer - 1)}, as a long skip connection does; ${UNSEEN}`,
    )
  }
  if (output !== null && !passes(entries.at(-1)!, output)) {
    const from = entries.findLastIndex((entry) => passes(entry, output))
    notes.push(
      `Something reaches the logits around ${named(Math.max(from, 0), layers.length - 1)}, as where they are read from several layers; ${UNSEEN}`,
    )
  }
  return notes
}

/** The node that sets what a layer reads beside what it makes of it, before the next; null where there is none. */
function joinedAgain(graph: Graph, results: string[], from: string, to: string): string | null {
  const made = downstream(graph, results)
  const read = downstream(graph, [from])
  const wanted = upstream(graph.producers(), [to])
  const join = graph.nodes.find(
    ({ op, inputs, outputs }) =>
      op === 'Concat' &&
      wanted.has(outputs[0]!) &&
      inputs.some((input) => made.has(input)) &&
      inputs.some((input) => input === from || (read.has(input) && !made.has(input))),
  )
  return join?.label ?? null
}

const UNSEEN = 'rollout knows only the residual connection around each attention, and maps and weights leave this out.'

const named = (first: number, last: number) => (first === last ? `layer ${first}` : `layers ${first} to ${last}`)
