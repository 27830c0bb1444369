/** Rotary embeddings: ONNX Runtime's own result against that of the plain operators they are rewritten to. */
import { expect, it } from 'vitest'
import { onnxRuntime } from '../../testing/runtimes'
import type { GraphBuilder } from '../builder'
import { int64 } from '../tensor'
import { constant, type Fused, worstError } from './testing/fused'

const load = onnxRuntime()

/** A value `[B, 3, 8]` in two heads of 4. */
const inHeads = (g: GraphBuilder, x: string) => g.transpose(g.reshape(x, [0, 0, 2, 4]), [0, 2, 1, 3])
const positions = (g: GraphBuilder, dims: number[], values: number[]) => g.constant(int64(dims, values))
const repeatedPositions = (g: GraphBuilder, x: string) =>
  g.op('Expand', [
    positions(g, [1, 3], [2, 0, 1]),
    g.concat([g.slice(g.op('Shape', [x]), [0], [1], [0]), g.ints([3])], 0),
  ])

const onnxRotary = (name: string, inputs: Fused['inputs'], more: Fused['attributes'] = {}): [string, Fused] => [
  `RotaryEmbedding-23, ${name}`,
  { op: 'RotaryEmbedding', domain: '', opset: 23, inputs, attributes: more },
]
const microsoftRotary = (name: string, inputs: Fused['inputs'], more: Fused['attributes'] = {}): [string, Fused] => [
  `RotaryEmbedding of com.microsoft, ${name}`,
  { op: 'RotaryEmbedding', inputs, attributes: more },
]

const caches = (g: GraphBuilder, size: number) => [constant(g, [5, size], 2), constant(g, [5, size], 3)]
const rotaries: [string, Fused][] = [
  ...[0, 1].flatMap((interleaved) => [
    onnxRotary(
      `heads apart, interleaved ${interleaved}`,
      (g, x) => [inHeads(g, x), ...caches(g, 2), repeatedPositions(g, x)],
      {
        interleaved,
      },
    ),
    onnxRotary(`heads together, interleaved ${interleaved}`, (g, x) => [x, ...caches(g, 2), repeatedPositions(g, x)], {
      num_heads: 2,
      interleaved,
    }),
    onnxRotary(
      `a part of each head, interleaved ${interleaved}`,
      (g, x) => [x, ...caches(g, 1), repeatedPositions(g, x)],
      {
        num_heads: 2,
        rotary_embedding_dim: 2,
        interleaved,
      },
    ),
    microsoftRotary(
      `heads together, interleaved ${interleaved}`,
      (g, x) => [x, repeatedPositions(g, x), ...caches(g, 2)],
      {
        interleaved,
      },
    ),
    microsoftRotary(
      `a first position, interleaved ${interleaved}`,
      (g, x) => [x, positions(g, [1], [1]), ...caches(g, 2)],
      {
        interleaved,
      },
    ),
  ]),
  onnxRotary('a row of angles a token', (g, x) => {
    const batch = g.slice(g.op('Shape', [x]), [0], [1], [0])
    const rows = (seed: number) => g.op('Expand', [constant(g, [1, 3, 2], seed), g.concat([batch, g.ints([3, 2])], 0)])
    return [inHeads(g, x), rows(2), rows(3)]
  }),
]

it.each(rotaries)('%s', async (_, fused) => {
  expect(await worstError(load, fused)).toBeLessThan(1e-5)
})
