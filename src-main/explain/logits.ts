/** Which output holds the class logits. */
import { HeadlightError } from '@shared/errors'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'

export interface Logits {
  /** The value that is explained. */
  value: string
  /** The model's own output: the logits, or probabilities where the model ends in a softmax. */
  original: string
  softmax: boolean
  classes: number
}

/** The output named logits, or the first of shape `[B, classes]`; a final softmax is stepped over, since logits are explained. */
export function findLogits(graph: Graph, facts: Facts): Logits {
  const matrices = graph.outputs.filter(({ name }) => {
    const shape = facts.get(name)
    return shape?.dims.length === 2 && (shape.batchAxis === 0 || shape.batchAxis === null)
  })
  const output = matrices.find(({ name }) => name === 'logits') ?? matrices[0]
  if (!output) {
    const shapes = graph.outputs.map(({ name }) => `${name} [${facts.get(name)?.dims.join(', ') ?? '?'}]`).join(', ')
    throw new HeadlightError(
      'unsupported-model',
      `The model has no output of shape [batch, classes] (it has ${shapes}); export it with its classification head.`,
    )
  }
  let value = output.name
  let softmax = false
  const producers = graph.producers()
  for (
    let node = producers.get(value);
    node && ['Softmax', 'Identity'].includes(node.op);
    node = producers.get(value)
  ) {
    value = node.inputs[0]!
    softmax ||= node.op === 'Softmax'
  }
  return { value, original: output.name, softmax, classes: facts.get(value)!.dims[1]! }
}
