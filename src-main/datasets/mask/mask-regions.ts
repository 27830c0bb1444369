/** Which pixels of a mask are inside, void and outside. */
import type { MaskReading } from '@shared/masks'
import type { MaskValues } from './read-mask-values'
import { VOC_INDEX_OF_COLOUR } from './voc'

export const OUTSIDE = 0
export const INSIDE = 1
export const VOID = 2

/** Pixels of a mask, in its own size. */
export interface MaskCounts {
  inside: number
  void: number
  outside: number
}

/**
 * `[height, width]` of OUTSIDE, INSIDE and VOID. Null where the reading gives no region: a value that it does not know, or
 * several classes where one was expected.
 */
export function maskRegions(mask: MaskValues, reading: MaskReading): Uint8Array | null {
  const { inside, known } = reading
  const values = reading.colours === 'voc' ? vocIndices(mask) : mask.values
  if (values === null || (known !== null && values.some((value) => !known.includes(value)))) return null
  const isInside = insideTest(values, reading)
  if (isInside === null) return null
  const regions = new Uint8Array(values.length)
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel]!
    if (value === reading.void) regions[pixel] = VOID
    else if (isInside(value)) regions[pixel] = INSIDE
  }
  return inside.by === 'only' && !regions.includes(INSIDE) ? null : regions
}

export function countRegions(regions: Uint8Array): MaskCounts {
  const counts = [0, 0, 0]
  for (const region of regions) counts[region]! += 1
  return { inside: counts[INSIDE]!, void: counts[VOID]!, outside: counts[OUTSIDE]! }
}

/** A grey level as a colour, 0xRRGGBB. */
export function colourOfGrey(grey: number): number {
  return grey * 0x010101
}

type Values = MaskValues['values']

/** Null where there is not the one class that was expected. */
function insideTest(values: Values, { inside, void: voidValue }: MaskReading): ((value: number) => boolean) | null {
  switch (inside.by) {
    case 'value':
      return (value) => value === inside.value
    case 'marked':
      return (value) => value !== 0
    case 'brightness': {
      let most = 0
      for (const value of values) if (value !== voidValue && value > most) most = value
      return (value) => value > most / 2
    }
    case 'only': {
      const classes = new Set<number>(values)
      classes.delete(0)
      if (voidValue !== null) classes.delete(voidValue)
      return classes.size === 1 ? (value) => value !== 0 : null
    }
  }
}

/** Null where a colour is none of VOC's. */
function vocIndices({ values, coloured }: MaskValues): Values | null {
  const indices = new Uint8Array(values.length)
  for (let pixel = 0; pixel < values.length; pixel++) {
    const colour = coloured ? values[pixel]! : colourOfGrey(values[pixel]!)
    const index = VOC_INDEX_OF_COLOUR.get(colour)
    if (index === undefined) return null
    indices[pixel] = index
  }
  return indices
}
