/** Where tokens lie on the picture: the mean place of the pixels that each is made of. */
import { NotAChain } from '../not-a-chain'
import type { TokenSpace, TokenSpaces } from './token-space'

/** The grid that tokens form, and its places' tokens row by row. Throws a `NotAChain` where they form none. */
export function placeTokens(
  { pixels }: TokenSpaces,
  space: TokenSpace,
  [, width]: [number, number],
): { grid: [number, number]; order: number[] } {
  const centres = centresOf(space, pixels, width)
  const [rows, columns] = [0, 1].map((axis) => lines(centres.map((centre) => centre[axis]!))) as [number[], number[]]
  const order = new Array<number>(rows.length * columns.length).fill(-1)
  centres.forEach(([y, x], token) => {
    order[nearest(rows, y) * columns.length + nearest(columns, x)] = token
  })
  if (order.length !== space.size || order.includes(-1)) {
    throw new NotAChain(`The ${space.size} tokens of the first attention do not form a grid over the picture.`)
  }
  return { grid: [rows.length, columns.length], order }
}

/** The mean place of the pixels that each token is made of, y and x. */
export function centresOf(space: TokenSpace, pixels: TokenSpace, width: number): [y: number, x: number][] {
  if (space === pixels) return Array.from({ length: space.size }, (_, at) => [Math.floor(at / width), at % width])
  const above = centresOf(space.parent!, pixels, width)
  return Array.from({ length: space.size }, (_, token) => {
    let [y, x, total] = [0, 0, 0]
    for (let at = space.starts[token]!; at < space.starts[token + 1]!; at++) {
      if (space.labels[at]! < 0) continue
      const [share, centre] = [space.shares[at]!, above[space.labels[at]!]!]
      y += share * centre[0]
      x += share * centre[1]
      total += share
    }
    return [y / total, x / total]
  })
}

const SAME = 1e-6

/** The different values, smallest first. */
function lines(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.filter((value, at) => at === 0 || value - sorted[at - 1]! > SAME)
}

function nearest(sorted: readonly number[], value: number): number {
  return sorted.findIndex((line) => Math.abs(line - value) <= 2 * SAME)
}
