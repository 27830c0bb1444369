import type { BoxMask } from './location'

/** Names of the four corners, letters and digits only. */
const CORNERS = [
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['x1', 'y1', 'x2', 'y2'],
  ['left', 'top', 'right', 'bottom'],
] as const

/**
 * The box of a row: `bbox` as COCO has it (x, y, width, height), `box` as corners (left, top, right, bottom), or four
 * columns of corners. In pixels, or in shares of the image where no corner is beyond 1. Null for none, or for several.
 */
export function boxOf(row: Readonly<Record<string, unknown>>): BoxMask | null {
  const byName = new Map(
    Object.entries(row).map(([name, value]) => [name.toLowerCase().replace(/[^a-z0-9]/g, ''), value]),
  )
  const coco = fourNumbers(byName.get('bbox') ?? byName.get('boundingbox'))
  if (coco) return box(coco[0], coco[1], coco[0] + coco[2], coco[1] + coco[3])
  const corners =
    fourNumbers(byName.get('box')) ?? CORNERS.map((names) => cornersOf(byName, names)).find((found) => found)
  return corners ? box(...corners) : null
}

/** True for a column that holds a box or one of its corners. */
export function isBoxColumn(column: string): boolean {
  const name = column.toLowerCase().replace(/[^a-z0-9]/g, '')
  return ['bbox', 'boundingbox', 'box', ...CORNERS.flat()].includes(name)
}

type Four = [number, number, number, number]

function cornersOf(byName: ReadonlyMap<string, unknown>, names: readonly string[]): Four | null {
  const values = names.map((name) => byName.get(name))
  if (values.some((value) => value === undefined || value === null || value === '')) return null
  return four(values.map(Number))
}

/** Of a list, or of text with four numbers in it. */
function fourNumbers(value: unknown): Four | null {
  if (Array.isArray(value)) return value.length === 1 ? fourNumbers(value[0]) : four(value.map(Number))
  if (typeof value !== 'string') return null
  return four((value.match(/-?\d+(\.\d+)?(e[-+]?\d+)?/gi) ?? []).map(Number))
}

function four(numbers: readonly number[]): Four | null {
  return numbers.length === 4 && numbers.every(Number.isFinite) ? ([...numbers] as Four) : null
}

function box(left: number, top: number, right: number, bottom: number): BoxMask | null {
  return right > left && bottom > top ? { kind: 'box', left, top, right, bottom } : null
}
