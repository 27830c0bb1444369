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
 * How much each token changes between two pictures before any attention mixed the tokens: the largest absolute
 * difference in its row of layer 0's values. Prefix tokens do not change at all.
 */
export function changeOfTokens(before: Tensor, after: Tensor, tokens: number): Float64Array {
  const rank = before.dims.length
  const axis = before.dims[rank - 2] === tokens ? rank - 2 : before.dims.indexOf(tokens)
  if (axis < 0) {
    throw new HeadlightError(
      'unsupported-model',
      `The values of the first attention layer have shape [${before.dims.join(', ')}], without an axis of ${tokens} tokens: its map does not mix image tokens.`,
    )
  }
  const inner = elementCount(before.dims.slice(axis + 1))
  const change = new Float64Array(tokens)
  for (let at = 0; at < before.data.length; at++) {
    const token = Math.floor(at / inner) % tokens
    change[token] = Math.max(change[token]!, Math.abs(Number(before.data[at]) - Number(after.data[at])))
  }
  return change
}

/**
 * Checks that patches lie row by row on the image: a change of one patch's pixels changes that patch's token most,
 * or a neighbour's where the embedding overlaps. `change` gives the change of every token for a rectangle of pixels.
 * Throws 'unsupported-model'.
 */
export async function checkPatchOrder(
  { grid: [rows, columns], patches }: Geometry,
  [, , height, width]: [number, number, number, number],
  change: (region: [number, number, number, number]) => Promise<Float64Array>,
): Promise<void> {
  const corners = [
    [0, 0],
    [0, columns - 1],
    [rows - 1, 0],
  ] as [number, number][]
  for (const [row, column] of corners) {
    const top = Math.floor((row * height) / rows)
    const left = Math.floor((column * width) / columns)
    const found = await change([
      top,
      left,
      Math.floor(((row + 1) * height) / rows),
      Math.floor(((column + 1) * width) / columns),
    ])
    const strongest = found.indexOf(Math.max(...found))
    const place = patches.indexOf(strongest)
    const distance = Math.max(Math.abs(Math.floor(place / columns) - row), Math.abs((place % columns) - column))
    if (place < 0 || distance > 1) {
      throw new HeadlightError(
        'unsupported-model',
        `The tokens do not lie row by row on the image: changing the patch in row ${row}, column ${column} of ${rows} x ${columns} changes token ${strongest} most. Headlight could not place the relevance map.`,
      )
    }
  }
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
