/** Which pixels of a mask are inside, void and outside. */
import type { MaskReading, Unmeasured } from '@shared/masks'
import { contradiction, listed } from './contradiction'
import type { MaskValues } from './read-mask-values'
import { colourOfGrey, VOC_INDEX_OF_COLOUR } from './voc'

export const OUTSIDE = 0
export const INSIDE = 1
export const VOID = 2

/** Pixels of a mask, in its own size. */
export interface MaskCounts {
  inside: number
  void: number
  outside: number
}

export interface ReadRegions {
  /** `[height, width]` of OUTSIDE, INSIDE and VOID; null where the mask contradicts its reading. */
  regions: Uint8Array | null
  /** Why there is nothing to measure, null where there is. */
  unmeasured: Unmeasured | null
}

/** The regions of a mask, and why they may measure nothing: values that contradict the reading, or nothing inside. */
export function maskRegions(mask: MaskValues, reading: MaskReading): ReadRegions {
  const why = contradiction(mask, reading)
  if (why !== null) return { regions: null, unmeasured: { kind: 'other-values', message: why } }
  const values = reading.colours === 'voc' ? vocIndices(mask) : mask.values
  const isInside = insideTest(values, reading)
  const regions = new Uint8Array(values.length)
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel]!
    if (value === reading.void) regions[pixel] = VOID
    else if (isInside(value)) regions[pixel] = INSIDE
  }
  const unmeasured = regions.includes(INSIDE)
    ? null
    : ({ kind: 'empty', message: emptySentence(values, reading) } as const)
  return { regions, unmeasured }
}

export function countRegions(regions: Uint8Array): MaskCounts {
  const counts = [0, 0, 0]
  for (const region of regions) counts[region]!++
  return { inside: counts[INSIDE]!, void: counts[VOID]!, outside: counts[OUTSIDE]! }
}

function emptySentence(values: MaskValues['values'], { inside, void: voidValue }: MaskReading): string {
  const found = listed([...new Set(values)].filter((value) => value !== voidValue))
  const asked = inside.by === 'value' ? `no pixel of ${inside.value}` : 'nothing inside'
  return `The mask has ${asked}: its values are ${found === '' ? 'void alone' : found}.`
}

function insideTest(
  values: MaskValues['values'],
  { inside, void: voidValue }: MaskReading,
): (value: number) => boolean {
  switch (inside.by) {
    case 'value':
      return (value) => value === inside.value
    case 'marked':
    case 'only':
      return (value) => value !== 0
    case 'brightness': {
      let most = 0
      for (const value of values) if (value !== voidValue && value > most) most = value
      return (value) => value > most / 2
    }
  }
}

/** Colours outside of VOC's palette are refused as a contradiction before. */
function vocIndices({ values, coloured }: MaskValues): Uint8Array {
  return Uint8Array.from(values, (value) => VOC_INDEX_OF_COLOUR.get(coloured ? value : colourOfGrey(value)) ?? 0)
}
