/** Rotary position embeddings as products with cosines and sines. */
import type { GraphBuilder } from '../builder'
import { fromHeads, toHeads } from './attention'
import type { Decomposition, DecomposeContext } from './decomposition'

/** ONNX's, opset 23: x, caches `[positions, r/2]` with position ids `[B, N]`, or `[B, N, r/2]` without. */
export const rotaryEmbedding23: Decomposition = (context) => {
  const { g, inputs } = context
  const [x, cosines, sines, positions] = inputs as [string, string, string, string?]
  const at = (cache: string) => g.unsqueeze(positions ? g.gather(cache, positions, 0) : cache, [1])
  return [rotated(context, x, at(cosines), at(sines), context.facts.get(cosines)!.dims.at(-1)! * 2)]
}

/** com.microsoft's: x, position ids `[B, N]` or the first position `[1]`, caches `[positions, r/2]`. */
export const microsoftRotaryEmbedding: Decomposition = (context) => {
  const { g, inputs, facts } = context
  const [x, positions, cosines, sines] = inputs as [string, string, string, string]
  const first = facts.get(positions)!.dims.length === 1
  const tokens = facts.get(x)!.dims.at(-2)!
  const every = first ? g.add(positions, g.ints(Array.from({ length: tokens }, (_, token) => token))) : positions
  const at = (cache: string) => g.unsqueeze(g.gather(cache, every, 0), first ? [0, 1] : [1])
  return [rotated(context, x, at(cosines), at(sines), facts.get(cosines)!.dims.at(-1)! * 2)]
}

/** The first `size` values of each head turned by pairs; x is `[B, H, N, d]`, or `[B, N, H*d]`. */
function rotated({ g, node, facts }: DecomposeContext, x: string, cosines: string, sines: string, size: number) {
  const { dims } = facts.get(x)!
  const flat = dims.length === 3
  const heads = node.intAttr('num_heads', 0) || dims.at(-1)! / size
  const split = flat ? toHeads(g, x, heads) : x
  const width = flat ? dims[2]! / heads : dims[3]!
  const [turning, rest] = size === width ? [split] : g.split(split, [size, width - size], 3)
  const turned = turnedPairs(g, turning!, cosines, sines, size, node.intAttr('interleaved', 0) === 1)
  const out = rest ? g.concat([turned, rest], 3) : turned
  return flat ? fromHeads(g, out) : out
}

/** Pairs are neighbours where interleaved, else value i and value i + size/2. */
function turnedPairs(g: GraphBuilder, x: string, cosines: string, sines: string, size: number, interleaved: boolean) {
  const pairs = interleaved ? g.reshape(x, [0, 0, -1, size / 2, 2]) : ''
  const [a, b] = interleaved ? [0, 1].map((at) => g.gather(pairs, g.int(at), 4)) : g.split(x, [size / 2, size / 2], 3)
  const real = g.sub(g.mul(a!, cosines), g.mul(b!, sines))
  const imaginary = g.add(g.mul(a!, sines), g.mul(b!, cosines))
  if (!interleaved) return g.concat([real, imaginary], 3)
  const joined = g.concat([g.unsqueeze(real, [4]), g.unsqueeze(imaginary, [4])], 4)
  return g.reshape(joined, [0, 0, -1, size])
}
