/** Refuses models whose outputs differ from run to run, or depend on the rest of the batch. */
import { HeadlightError } from '../errors'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { normalisesBatch } from '../onnx/standardised-weights'

const RANDOM = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Bernoulli',
  'Multinomial',
])

/**
 * Refuses by name what draws random numbers, and layers that were exported in training mode. ONNX Runtime runs some of
 * them as in inference, depending on how far it optimises. Throws 'unsupported-model'.
 */
export function refuseRandomness(graph: Graph, facts: Facts): void {
  for (const node of graph.nodes) {
    if (node.domain !== '') continue
    if (RANDOM.has(node.op)) {
      throw refuse(
        `${node.op} (node '${node.label}') draws random numbers, so that the same picture gets other logits each time; export the model without it (masking and stochastic depth off).`,
      )
    }
    if ((node.op === 'Dropout' && drops(node, graph, facts)) || normalisesBatch(node)) {
      throw refuse(
        `${node.op} (node '${node.label}') is in training mode; call model.eval() before exporting, and leave torch.onnx.export's training mode off.`,
      )
    }
  }
}

const refuse = (message: string) => new HeadlightError('unsupported-model', message)

/** Whether a Dropout drops anything: its third input is the training mode, its second the ratio (0.5 by default). */
function drops(node: GraphNode, graph: Graph, facts: Facts): boolean {
  const [, ratio, training] = node.inputs
  if (!training) return false
  const value = (name: string) => (facts.get(name)?.constant ?? graph.constant(name))?.data[0]
  const trains = value(training)
  if (trains !== undefined && Number(trains) === 0) return false
  return !(ratio && value(ratio) !== undefined && Number(value(ratio)) === 0)
}
