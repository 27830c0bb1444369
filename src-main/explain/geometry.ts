/** Which tokens are patches, and how they lie on the image. */
import { HeadlightError } from '@shared/errors'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { elementCount, type Tensor } from '../onnx/tensor'

export interface Geometry {
  /** Rows and columns of patches. */
  grid: [number, number]
  /** Token index of each patch, row-major. */
  patches: number[]
}

/**
 * Patch tokens are those that change with the picture before any attention mixed them.
 * `first` and `second` are layer 0's values for two pictures; one axis of them runs over the tokens.
 */
export function patchTokens(first: Tensor, second: Tensor, tokens: number): number[] {
  const rank = first.dims.length
  const axis = first.dims[rank - 2] === tokens ? rank - 2 : first.dims.indexOf(tokens)
  if (axis < 0)
    throw new HeadlightError(
      'internal',
      `The values of layer 0 have shape [${first.dims.join(', ')}], without an axis of ${tokens} tokens.`,
    )
  const inner = elementCount(first.dims.slice(axis + 1))
  const changed = new Set<number>()
  for (let at = 0; at < first.data.length; at++) {
    if (first.data[at] !== second.data[at]) changed.add(Math.floor(at / inner) % tokens)
  }
  return [...changed].sort((a, b) => a - b)
}

/** The grid of `count` patches: that of the patch embedding, else the one nearest to the image's shape. */
export function findGrid(graph: Graph, facts: Facts, patches: number[], image: [number, number]): Geometry {
  const count = patches.length
  for (const node of graph.nodes) {
    const dims = node.op === 'Conv' ? facts.get(node.outputs[0]!)?.dims : undefined
    if (dims?.length === 4 && dims[2]! * dims[3]! === count) return { grid: [dims[2]!, dims[3]!], patches }
  }
  const candidates: [number, number][] = []
  for (let rows = 1; rows <= count; rows++) {
    if (count % rows === 0 && image[0] % rows === 0 && image[1] % (count / rows) === 0)
      candidates.push([rows, count / rows])
  }
  const skew = ([rows, columns]: [number, number]) => Math.abs(Math.log((image[0] / rows) * (columns / image[1])))
  candidates.sort((a, b) => skew(a) - skew(b))
  const grid = candidates[0]
  if (count === 0 || !grid) {
    throw new HeadlightError(
      'unsupported-model',
      `The ${count} patch tokens do not form a grid over an image of ${image[0]} x ${image[1]} pixels.`,
    )
  }
  return { grid, patches }
}
