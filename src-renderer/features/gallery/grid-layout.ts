/** Which grid row holds what: rows of samples, each group's beginning with a header. */
import type { SampleGroup } from '../../api/grouping'

export type GridRow =
  | { kind: 'header'; group: number }
  /** Places `start` to `end` (exclusive) of the result. */
  | { kind: 'samples'; group: number; start: number; end: number }

export interface GridLayout {
  rows: GridRow[]
  columns: number
  /** The row of a place in the result. */
  rowOf(index: number): number
  /** Row of each group's header, rising; empty without groups. */
  headers: number[]
}

/** Lays `count` samples out in rows of `columns`; without groups there are no headers. */
export function layOut(count: number, groups: readonly SampleGroup[], columns: number): GridLayout {
  const rows: GridRow[] = []
  const headers: number[] = []
  let start = 0
  for (const [group, { count: members }] of (groups.length > 0 ? groups : [{ count }]).entries()) {
    if (groups.length > 0) headers.push(rows.push({ kind: 'header', group }) - 1)
    const end = Math.min(count, start + members)
    for (; start < end; start += columns) {
      rows.push({ kind: 'samples', group, start, end: Math.min(end, start + columns) })
    }
    start = end
  }
  return { rows, columns, headers, rowOf: (index) => findRow(rows, index) }
}

/** By bisection: `start` of the rows of samples rises. */
function findRow(rows: readonly GridRow[], index: number): number {
  let [low, high] = [0, rows.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (firstPlace(rows, middle) <= index) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a row begins; a header begins where the row below it does, a little before. */
function firstPlace(rows: readonly GridRow[], at: number): number {
  const row = rows[at]
  if (row?.kind === 'samples') return row.start
  const below = rows[at + 1]
  return below?.kind === 'samples' ? below.start - 0.5 : Infinity
}

/** Where a key leads from a place of the result, keeping the column over headers; null for other keys. */
export function placeAfterKey(
  key: string,
  index: number,
  layout: GridLayout,
  count: number,
  pageRows: number,
): number | null {
  if (count === 0) return null
  const last = count - 1
  const clamp = (place: number) => Math.min(last, Math.max(0, place))
  const begins = index < 0
  switch (key) {
    case 'ArrowRight':
      return begins ? 0 : clamp(index + 1)
    case 'ArrowLeft':
      return begins ? 0 : clamp(index - 1)
    case 'ArrowDown':
      return begins ? 0 : vertically(index, layout, 1)
    case 'ArrowUp':
      return begins ? 0 : vertically(index, layout, -1)
    case 'PageDown':
      return begins ? 0 : vertically(index, layout, pageRows)
    case 'PageUp':
      return begins ? 0 : vertically(index, layout, -pageRows)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}

/** Rows of samples up or down, in the same column where the row is long enough; the place itself at either end. */
function vertically(index: number, { rows, rowOf }: GridLayout, by: number): number {
  let at = rowOf(index)
  const from = rows[at]
  if (from?.kind !== 'samples') return index
  const column = index - from.start
  let [place, left] = [index, Math.abs(by)]
  for (at += Math.sign(by); left > 0 && at >= 0 && at < rows.length; at += Math.sign(by)) {
    const row = rows[at]
    if (row?.kind !== 'samples') continue
    place = Math.min(row.start + column, row.end - 1)
    left--
  }
  return place
}
