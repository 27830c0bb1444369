/** Which output holds the class logits. */
import { HeadlightError } from '@shared/errors'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'

export interface Logits {
  value: string
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
  const producers = graph.producers()
  for (
    let node = producers.get(value);
    node && ['Softmax', 'Identity'].includes(node.op);
    node = producers.get(value)
  ) {
    value = node.inputs[0]!
  }
  return { value, classes: facts.get(value)!.dims[1]! }
}
