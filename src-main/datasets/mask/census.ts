import type { MaskValues } from './read-mask-values'
import { colourOfGrey, isVocPalette, VOC_INDEX_OF_COLOUR } from './voc'

/** Largest number of distinct values of a mask; with more the file is taken for a picture. */
const MAX_VALUES = 4096

/** What values a mask has. */
export interface Census {
  /** Pixels by value. */
  counts: ReadonlyMap<number, number>
  /** It has so many values that they were not all counted. */
  many: boolean
  coloured: boolean
  lossy: boolean
  /** Its values are those of its transparency. */
  fromAlpha: boolean
  /** Share of the pixels between the darkest and the brightest value that lie on a slope between their neighbours. */
  slope: number
  /** Share of all pixels that lie between the darkest and the brightest value. */
  between: number
  /** Its palette begins as that of PASCAL VOC. */
  vocPalette: boolean
}

export function takeCensus({ width, height, values, coloured, lossy, palette, fromAlpha = false }: MaskValues): Census {
  const counts = new Map<number, number>()
  let many = false
  for (const value of values) {
    const count = counts.get(value)
    if (count !== undefined) counts.set(value, count + 1)
    else if (counts.size < MAX_VALUES) counts.set(value, 1)
    else many = true
  }
  const middle = coloured ? { slope: 0, between: 0 } : middleShares(values, width, height)
  return { counts, many, coloured, lossy, fromAlpha, ...middle, vocPalette: palette !== null && isVocPalette(palette) }
}

/** The values of a mask; of VOC's colours the indices that they stand for. */
export function valuesOf({ counts, coloured }: Census, colours?: 'voc'): Set<number> {
  if (colours !== 'voc') return new Set(counts.keys())
  const colourOf = (value: number) => (coloured ? value : colourOfGrey(value))
  return new Set([...counts.keys()].map((value) => VOC_INDEX_OF_COLOUR.get(colourOf(value)) ?? value))
}

/**
 * Soft edges of a silhouette climb from value to value; regions of indices are flat, and where three meet no pixel lies
 * between its two neighbours for long.
 */
function middleShares(values: MaskValues['values'], width: number, height: number) {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  let [between, climbing] = [0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const value = values[at]!
      if (value === least || value === most) continue
      between++
      const across = x > 0 && x < width - 1 && climbs(values[at - 1]!, value, values[at + 1]!)
      const down = y > 0 && y < height - 1 && climbs(values[at - width]!, value, values[at + width]!)
      if (across || down) climbing++
    }
  }
  return { slope: between === 0 ? 0 : climbing / between, between: between / values.length }
}

function climbs(before: number, value: number, after: number): boolean {
  return (before < value && value < after) || (before > value && value > after)
}
