/** Vision transformers as timm exports them, with made-up weights: what speed is measured on, without a download. */
import { Graph, GraphBuilder, writeModel } from '@headlight/explain/onnx'
import { normals, seeded } from '@headlight/explain/random'

/** Sizes of ViT-Ti, S and B over 16 x 16 patches. */
export interface VitSize {
  name: string
  width: number
  heads: number
  layers: number
}

export const VIT_SIZES: readonly VitSize[] = [
  { name: 'ViT-Ti/16', width: 192, heads: 3, layers: 12 },
  { name: 'ViT-S/16', width: 384, heads: 6, layers: 12 },
  { name: 'ViT-B/16', width: 768, heads: 12, layers: 12 },
]

const PATCH = 16
const CLASSES = 1000
const EPSILON = 1e-6

/** The file's bytes, for pictures `[batch, 3, size, size]`. Before opset 17 layer normalisation is written out, as PyTorch's exporter does. */
export function madeVit({ width, heads, layers }: VitSize, opset: 14 | 17, size = 224): Uint8Array {
  const graph = new Graph()
  graph.opsets.set('', opset)
  graph.producer = 'headlight-bench'
  graph.inputs = [{ name: 'pixel_values', type: 'float32', dims: ['batch', 3, size, size] }]
  const g = new GraphBuilder(graph, 'vit')
  const random = seeded(1)
  const drawn = (dims: number[], deviation: number, mean = 0) => {
    const count = dims.reduce((product, dim) => product * dim, 1)
    const values = normals(count, random).map((value) => mean + deviation * value)
    return g.constant(g.floats(dims, values))
  }
  const linear = (x: string, from: number, to: number) =>
    g.add(g.matMul(x, drawn([from, to], 1 / Math.sqrt(from))), drawn([to], 0.1))
  const normalised = (x: string) => {
    const [scale, bias] = [drawn([width], 0.1, 1), drawn([width], 0.1)]
    if (opset >= 17) return g.op('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: EPSILON } })
    const centred = g.sub(x, g.mean(x, [-1], true))
    const variance = g.mean(g.op('Pow', [centred, g.scalar(2)]), [-1], true)
    return g.add(g.mul(g.div(centred, g.op('Sqrt', [g.add(variance, g.scalar(EPSILON))])), scale), bias)
  }
  const patches = (size / PATCH) ** 2
  const tokens = patches + 1
  const attention = (x: string) => {
    const parts = g.transpose(
      g.reshape(linear(x, width, 3 * width), [-1, tokens, 3, heads, width / heads]),
      [2, 0, 3, 1, 4],
    )
    const [q, k, v] = g.split(parts, [1, 1, 1], 0).map((part) => g.squeeze(part, [0])) as [string, string, string]
    const scores = g.matMul(g.scale(q, Math.sqrt(heads / width)), g.transpose(k, [0, 1, 3, 2]))
    const read = g.matMul(g.op('Softmax', [scores], { axis: -1 }), v)
    return linear(g.reshape(g.transpose(read, [0, 2, 1, 3]), [-1, tokens, width]), width, width)
  }
  const mlp = (x: string) => {
    const inner = linear(x, width, 4 * width)
    const half = g.mul(inner, g.add(g.op('Erf', [g.div(inner, g.scalar(Math.SQRT2))]), g.scalar(1)))
    return linear(g.scale(half, 0.5), 4 * width, width)
  }

  const convolved = g.op(
    'Conv',
    ['pixel_values', drawn([width, 3, PATCH, PATCH], 1 / Math.sqrt(3 * PATCH ** 2)), drawn([width], 0.1)],
    { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] },
  )
  const seen = g.transpose(g.reshape(convolved, [-1, width, patches]), [0, 2, 1])
  const count = g.slice(g.op('Shape', [seen]), [0], [1], [0])
  const classToken = g.op('Expand', [drawn([1, 1, width], 0.02), g.concat([count, g.ints([1, width])], 0)])
  let stream = g.add(g.concat([classToken, seen], 1), drawn([1, tokens, width], 0.02))
  for (let layer = 0; layer < layers; layer++) {
    stream = g.add(stream, attention(normalised(stream)))
    stream = g.add(stream, mlp(normalised(stream)))
  }
  const read = g.gather(normalised(stream), g.int(0), 1)
  g.op('Gemm', [read, drawn([width, CLASSES], 1 / Math.sqrt(width)), drawn([CLASSES], 0.1)], {}, ['logits'])
  graph.outputs = [{ name: 'logits', type: 'float32', dims: ['batch', CLASSES] }]
  return writeModel(graph).bytes
}
