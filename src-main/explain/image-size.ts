/** The image size of a model whose export left it open. */
import { HeadlightError } from '@shared/errors'
import type { Graph, ValueInfo } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'

const COMMON_SIZE = 224
/** Tokens that may stand before the patches: class, distillation, registers. */
const MOST_PREFIX_TOKENS = 16

/**
 * The one input, which has to be a picture; open channels, height and width are settled in place: channels from the
 * patch embedding, height and width from the position embedding and the patch size. Throws 'unsupported-model'.
 */
export function settleImageInput(graph: Graph): ValueInfo {
  const [input, ...others] = graph.inputs
  if (!input || others.length > 0) {
    const names = graph.inputs.map(({ name }) => name).join(', ') || 'none'
    throw new HeadlightError(
      'unsupported-model',
      `The model has the inputs ${names}; Headlight needs exactly one, the image.`,
    )
  }
  if (input.dims.length !== 4 || input.type !== 'float32') {
    throw new HeadlightError(
      'unsupported-model',
      `The input '${input.name}' is ${input.type} of shape [${input.dims.join(', ')}]; Headlight needs float32 [batch, channels, height, width].`,
    )
  }
  const embedding = graph.nodes.find((node) => node.op === 'Conv' && node.inputs[0] === input.name)
  const size = openSize(graph, embedding)
  const channels = embedding && Number(graph.initializers.get(embedding.inputs[1]!)?.dims[1] ?? 3)
  const settled = [channels ?? 3, size, size]
  input.dims = input.dims.map((dim, axis) => (axis > 0 && typeof dim === 'string' ? settled[axis - 1]! : dim))
  const [, depth, height, width] = input.dims as [unknown, number, number, number]
  if (depth < 1 || depth > 16 || height < 1 || width < 1 || height * width > 4096 * 4096) {
    throw new HeadlightError(
      'unsupported-model',
      `The input '${input.name}' has the shape [${input.dims.join(', ')}], which is no picture that Headlight can make.`,
    )
  }
  return input
}

/** Side of the square image for which the position embedding `[1, N, D]` was made. */
function openSize(graph: Graph, embedding: GraphNode | undefined): number {
  const stride = embedding?.intsAttr('strides')?.[0]
  const width = embedding && graph.initializers.get(embedding.inputs[1]!)?.dims[0]
  if (!stride || width === undefined) return COMMON_SIZE
  for (const { dims } of graph.initializers.values()) {
    const tokens = dims.length === 3 && dims[0] === 1n && dims[2] === width ? Number(dims[1]) : 0
    for (let prefix = 0; prefix <= Math.min(MOST_PREFIX_TOKENS, tokens - 4); prefix++) {
      const side = Math.sqrt(tokens - prefix)
      if (Number.isInteger(side)) return side * stride
    }
  }
  return COMMON_SIZE
}
