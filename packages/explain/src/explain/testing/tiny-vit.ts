/** Small vision transformers with seeded random weights, for heads and shapes that no export of models/zoo has. */
import { GraphBuilder } from '../../onnx/builder'
import { Graph } from '../../onnx/graph'
import { writeModel } from '../../onnx/write'
import { normals, seeded } from '../random'

const HEADS = 2
const WIDTH = 8
const LAYERS = 3
const PATCH = 4

export interface TinyVit {
  /** Height and width in pixels, multiples of 4. */
  image: [number, number]
  /** A class token before the patches; without it the patches are averaged. */
  classToken: boolean
  /** Makes the outputs from the token that is read `[B, 8]`, and from that after the first layer. */
  head(layers: HeadBuilder, read: string, early: string): Record<string, string>
  /** Mixes the tokens of a layer: q, k, v and the result `[B, 2, N, 4]`. Softmax attention unless told otherwise. */
  mix?(g: GraphBuilder, qkv: { q: string; k: string; v: string; layer: number }): string
  /** What the head reads of the tokens `[B, N, 8]`: `[B, 8]`. */
  read?(g: GraphBuilder, tokens: string): string
}

/** softmax(1.5 q k^T), `[B, 2, N, N]`. */
export function tinyAttention(g: GraphBuilder, { q, k }: { q: string; k: string }): string {
  return g.op('Softmax', [g.scale(g.matMul(q, g.transpose(k, [0, 1, 3, 2])), 1.5)], { axis: -1 })
}

export interface HeadBuilder {
  g: GraphBuilder
  /** A linear layer to this many values, with weights of its own. */
  linear(value: string, from: number, to: number): string
}

/** The file: 3 layers of 2 heads, opset 17, dynamic batch. */
export function tinyVit({ image: [height, width], classToken, head, mix, read: custom }: TinyVit): Uint8Array {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'pixel_values', type: 'float32', dims: ['batch', 3, height, width] }]
  const g = new GraphBuilder(graph, 'vit')
  const random = seeded(5)
  const weights = (dims: number[], scale: number) => {
    const count = dims.reduce((product, dim) => product * dim, 1)
    return g.constant(
      g.floats(
        dims,
        normals(count, random).map((value) => value * scale),
      ),
    )
  }
  const linear = (value: string, from: number, to: number) =>
    g.add(g.matMul(value, weights([from, to], from ** -0.5)), weights([to], 0.1))
  const patches = (height / PATCH) * (width / PATCH)
  const tokens = patches + (classToken ? 1 : 0)

  const embedded = g.op('Conv', ['pixel_values', weights([WIDTH, 3, PATCH, PATCH], 0.15)], {
    strides: [PATCH, PATCH],
    kernel_shape: [PATCH, PATCH],
  })
  let x = g.transpose(g.reshape(embedded, [0, WIDTH, patches]), [0, 2, 1])
  if (classToken) {
    const batch = g.slice(g.op('Shape', [x]), [0], [1], [0])
    const shape = g.concat([batch, g.ints([1, WIDTH])], 0)
    x = g.concat([g.op('Expand', [weights([1, 1, WIDTH], 1), shape]), x], 1)
  }
  x = g.add(x, weights([1, tokens, WIDTH], 0.3))
  const read = (value: string) =>
    custom?.(g, value) ?? (classToken ? g.gather(value, g.int(0), 1) : g.mean(value, [1], false))
  let early = ''
  for (let layer = 0; layer < LAYERS; layer++) {
    const heads = (value: string) => g.transpose(g.reshape(value, [-1, tokens, HEADS, WIDTH / HEADS]), [0, 2, 1, 3])
    const [q, k, v] = [0, 1, 2].map(() => heads(linear(x, WIDTH, WIDTH))) as [string, string, string]
    const mixed = mix?.(g, { q, k, v, layer }) ?? g.matMul(tinyAttention(g, { q, k }), v)
    const joined = g.reshape(g.transpose(mixed, [0, 2, 1, 3]), [-1, tokens, WIDTH])
    x = g.add(x, linear(joined, WIDTH, WIDTH))
    x = g.add(x, linear(g.op('Tanh', [linear(x, WIDTH, 2 * WIDTH)]), 2 * WIDTH, WIDTH))
    if (layer === 0) early = read(x)
  }
  const outputs = head({ g, linear }, read(x), early)
  for (const [name, value] of Object.entries(outputs)) g.op('Identity', [value], {}, [name])
  graph.outputs = Object.keys(outputs).map((name) => ({ name, type: 'float32', dims: [] }))
  return writeModel(graph).bytes
}

/** The width of the token that is read. */
export const TINY_WIDTH = WIDTH
