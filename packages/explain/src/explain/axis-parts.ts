/** The parts that the axes of a value are made of, and their lengths. */
import type { Facts, ValueFacts } from '../onnx/facts'

/** A factor of an axis; the first factor of an axis changes slowest. 'view': copies of the batch that were joined to it. */
export interface AxisPart {
  of: 'batch' | 'view' | 'place' | 'channel'
  size: number
}

/** The parts of each axis of one value. An axis of length 1 may have none. */
export type AxisOrigins = AxisPart[][]

/** Stands for the batch size; no other axis has a length that it divides. */
export const BATCH = 1_000_003

/** The length of each axis with `BATCH` pictures. */
export function lengthsOf({ dims, batchAxis }: ValueFacts): number[] {
  return dims.map((length, axis) => (axis === batchAxis ? length * BATCH : length))
}

export const lengthOf = (parts: readonly AxisPart[]) => parts.reduce((product, { size }) => product * size, 1)

/** One axis of parts that are all the same gives a new length to that; null where they are not. */
export function resized(parts: readonly AxisPart[], length: number): AxisPart[] | null {
  if (lengthOf(parts) === length) return [...parts]
  if (length === 1) return []
  if (parts.some(({ of }) => of === 'batch')) {
    const copies = length / lengthOf(parts)
    return Number.isInteger(copies) ? [{ of: 'view', size: copies }, ...parts] : null
  }
  return [{ of: kindOf(parts), size: length }]
}

/** What a sum over these parts gives where a weight takes their place: channels, unless places alone were summed. */
export function kindOf(parts: readonly AxisPart[]): 'place' | 'channel' {
  return parts.length > 0 && parts.every(({ of }) => of === 'place') ? 'place' : 'channel'
}

/** What is known of the values so far. */
export interface Known {
  facts: Facts
  origins: ReadonlyMap<string, AxisOrigins>
}
