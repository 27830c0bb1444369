/** Which tokens are patches, and how they lie on the image. */
import { HeadlightError } from '../errors'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { elementCount, type Tensor } from '../onnx/tensor'
import { NotAChain } from './not-a-chain'

export interface Geometry {
  /** Rows and columns of patches. */
  grid: [number, number]
  /** Token index of each patch, row-major. */
  patches: number[]
  /** How the tokens lie, where it is not row by row. */
  notes: string[]
}

/**
 * How much each position along an axis changes between two pictures before any attention mixes the tokens: the largest
 * absolute difference in layer 0's values. Prefix tokens do not change at all.
 */
export function changeAlong(before: Tensor, after: Tensor, axis: number): Float64Array {
  const length = before.dims[axis]!
  const inner = elementCount(before.dims.slice(axis + 1))
  const change = new Float64Array(length)
  for (let at = 0; at < before.data.length; at++) {
    const place = Math.floor(at / inner) % length
    change[place] = Math.max(change[place]!, Math.abs(Number(before.data[at]) - Number(after.data[at])))
  }
  return change
}

/** Throws 'unsupported-model' where values have no axis of tokens to be mixed. */
export function checkTokenAxis({ dims }: Tensor, axis: number, tokens: number): void {
  if (dims[axis] === tokens) return
  throw new NotAChain(
    `The values of the first attention layer have shape [${dims.join(', ')}], without an axis of ${tokens} tokens: its map does not mix image tokens.`,
  )
}

/**
 * Throws 'unsupported-model' for attention over channels: where one patch's pixels change, its token changes in all
 * channels, and a map over tokens reads few changed places. One over channels reads that all have changed.
 */
export function refuseChannelAttention(before: Tensor, after: Tensor, axis: number, node: string): void {
  const rank = before.dims.length
  const share = (along: number) => {
    const change = changeAlong(before, after, along)
    return change.filter((value) => value > 0).length / change.length
  }
  const other = axis === rank - 1 ? rank - 2 : rank - 1
  if (share(axis) <= share(other)) return
  throw new NotAChain(
    `The attention of node '${node}' is over channels, not tokens (as in XCiT): its map says which channels are mixed, and nothing of places in the picture.`,
  )
}

/** A grid's places in another order, row-major, and what that order is called. */
const ORDERS: { name: string; place: (row: number, column: number, grid: [number, number]) => [number, number] }[] = [
  { name: 'row by row', place: (row, column) => [row, column] },
  { name: 'mirrored, right to left', place: (row, column, [, columns]) => [row, columns - 1 - column] },
  { name: 'upside down', place: (row, column, [rows]) => [rows - 1 - row, column] },
  { name: 'turned by half', place: (row, column, [rows, columns]) => [rows - 1 - row, columns - 1 - column] },
]

/**
 * The order in which patches lie on the image: a change of one patch's pixels changes that patch's token most, or a
 * neighbour's where the embedding overlaps. `change` gives the change of every token for a rectangle of pixels.
 * Throws 'unsupported-model' where they lie neither row by row nor mirrored.
 */
export async function placePatches(
  { grid, patches }: Pick<Geometry, 'grid' | 'patches'>,
  [height, width]: [number, number],
  change: (region: [number, number, number, number]) => Promise<Float64Array>,
): Promise<Geometry> {
  const [rows, columns] = grid
  const corners = [
    [0, 0],
    [0, columns - 1],
    [rows - 1, 0],
  ] as [number, number][]
  const strongest: { corner: [number, number]; token: number }[] = []
  for (const [row, column] of corners) {
    const found = await change([
      Math.floor((row * height) / rows),
      Math.floor((column * width) / columns),
      Math.floor(((row + 1) * height) / rows),
      Math.floor(((column + 1) * width) / columns),
    ])
    strongest.push({ corner: [row, column], token: found.indexOf(Math.max(...found)) })
  }
  const distances = ({ place }: (typeof ORDERS)[number]) =>
    strongest.map(({ corner, token }) => {
      const at = patches.indexOf(token)
      const [row, column] = place(...corner, grid)
      return at < 0 ? Infinity : Math.max(Math.abs(Math.floor(at / columns) - row), Math.abs((at % columns) - column))
    })
  const possible = ORDERS.map((order) => ({ order, far: distances(order) })).filter(({ far }) => Math.max(...far) <= 1)
  const total = (far: number[]) => far.reduce((sum, value) => sum + value, 0)
  // Of orders that fit equally well the first is taken: row by row.
  const [best] = possible.sort((a, b) => total(a.far) - total(b.far))
  if (best?.order === ORDERS[0]) return { grid, patches, notes: [] }
  if (best) {
    const reordered = patches.map((_, at) => {
      const [row, column] = best.order.place(Math.floor(at / columns), at % columns, grid)
      return patches[row * columns + column]!
    })
    const note = `The tokens lie ${best.order.name} on the picture; maps are placed on the picture as it is given.`
    return { grid, patches: reordered, notes: [note] }
  }
  const { corner, token } = strongest[distances(ORDERS[0]!).findIndex((far) => far > 1)]!
  throw new NotAChain(
    `The tokens do not lie row by row on the image: changing the patch in row ${corner[0]}, column ${corner[1]} of ${rows} x ${columns} changes token ${token} most. Headlight could not place the relevance map.`,
  )
}

/** The grid of `count` patches: that of the patch embedding, else the one nearest to the image's shape. */
export function findGrid(
  graph: Graph,
  facts: Facts,
  patches: number[],
  image: [number, number],
): Pick<Geometry, 'grid' | 'patches'> {
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
  if (count === 0) {
    throw new HeadlightError(
      'unsupported-model',
      'No token changes with the picture on those that were tried: the weights that read the picture are 0, or hide it.',
    )
  }
  if (!grid) {
    throw new NotAChain(
      `The ${count} patch tokens do not form a grid over an image of ${image[0]} x ${image[1]} pixels.`,
    )
  }
  return { grid, patches }
}
