/** Sizes of figures: the columns of the usual templates, in inches, and units. One point is 1/72 inch. */
export const SIZE_PRESETS = {
  'cvpr-single': { name: 'CVPR, one column', width: 3.25, fontSize: 7 },
  'cvpr-double': { name: 'CVPR, two columns', width: 6.875, fontSize: 7.5 },
  neurips: { name: 'NeurIPS, text width', width: 5.5, fontSize: 8 },
  'ieee-single': { name: 'IEEE, one column', width: 3.5, fontSize: 7 },
  'ieee-double': { name: 'IEEE, two columns', width: 7.16, fontSize: 7.5 },
  slide: { name: 'Slide, 16:9', width: 13.333, fontSize: 18 },
} as const

export type SizePreset = keyof typeof SIZE_PRESETS
export const SIZE_PRESET_IDS = Object.keys(SIZE_PRESETS) as SizePreset[]

export const UNITS = ['in', 'mm', 'px'] as const
export type Unit = (typeof UNITS)[number]

const POINTS_PER_INCH = 72
const MM_PER_INCH = 25.4

/** Points of a length; pixels are those of the figure's own resolution. */
export function toPoints(length: number, unit: Unit, dpi: number): number {
  switch (unit) {
    case 'in':
      return length * POINTS_PER_INCH
    case 'mm':
      return (length / MM_PER_INCH) * POINTS_PER_INCH
    case 'px':
      return (length / dpi) * POINTS_PER_INCH
  }
}

/** Millimetres of a length in points. */
export function toMillimetres(points: number): number {
  return (points / POINTS_PER_INCH) * MM_PER_INCH
}

/** Whole pixels of a length in points. */
export function toPixels(points: number, dpi: number): number {
  return Math.round((points / POINTS_PER_INCH) * dpi)
}

/** The nearest length that is a whole number of pixels, so that pictures fall on pixels exactly. */
export function snap(points: number, dpi: number): number {
  return (toPixels(points, dpi) * POINTS_PER_INCH) / dpi
}
