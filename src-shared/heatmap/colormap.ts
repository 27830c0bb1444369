/** Colormaps for relevance maps, head weights and differences: perceptually uniform by default, never a rainbow. */
import { COLORMAP_TABLES } from './colormap-tables'

export const COLORMAP_IDS = ['viridis', 'inferno', 'magma', 'cividis', 'greys', 'rdbu'] as const
export type ColormapId = (typeof COLORMAP_IDS)[number]

export interface Colormap {
  id: ColormapId
  name: string
  /** Diverging maps have a neutral centre at 0.5 and want a range that is symmetric around zero. */
  kind: 'sequential' | 'diverging'
  /** 256 entries of red, green, blue, 0 to 255: `[256, 3]`. */
  table: Uint8Array
}

export const DEFAULT_COLORMAP: ColormapId = 'inferno'

export const COLORMAPS: Record<ColormapId, Colormap> = {
  viridis: colormap('viridis', 'Viridis', 'sequential'),
  inferno: colormap('inferno', 'Inferno', 'sequential'),
  magma: colormap('magma', 'Magma', 'sequential'),
  cividis: colormap('cividis', 'Cividis', 'sequential'),
  greys: colormap('greys', 'Greys', 'sequential'),
  rdbu: colormap('rdbu', 'Blue to red', 'diverging'),
}

/** The table index of `position` in 0..1; positions outside are clamped, NaN is 0. */
export function colorIndex(position: number): number {
  if (!(position > 0)) return 0
  return position >= 1 ? 255 : Math.round(position * 255)
}

/** Red, green, blue (0 to 255) of `position` in 0..1. */
export function colorAt(map: Colormap, position: number): [number, number, number] {
  const at = colorIndex(position) * 3
  return [map.table[at]!, map.table[at + 1]!, map.table[at + 2]!]
}

/** `rgb(r g b)` of `position` in 0..1, for CSS and SVG. */
export function cssColor(map: Colormap, position: number): string {
  const [red, green, blue] = colorAt(map, position)
  return `rgb(${red} ${green} ${blue})`
}

/** Relative luminance of a colour (WCAG 2), 0 to 1: above 0.18 dark text reads better on it. */
export function luminance([red, green, blue]: [number, number, number]): number {
  const linear = (channel: number) => {
    const c = channel / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** Colours a map of raw values: RGBA bytes `[values, 4]`, opaque. `range` is covered by the colormap. */
export function colorize(
  values: Float32Array,
  range: { low: number; high: number },
  map: Colormap,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(values.length * 4)
  const span = range.high - range.low
  for (let i = 0; i < values.length; i++) {
    const position = span > 0 ? (values[i]! - range.low) / span : 0
    const at = colorIndex(position) * 3
    pixels[i * 4] = map.table[at]!
    pixels[i * 4 + 1] = map.table[at + 1]!
    pixels[i * 4 + 2] = map.table[at + 2]!
    pixels[i * 4 + 3] = 255
  }
  return pixels
}

function colormap(id: ColormapId, name: string, kind: Colormap['kind']): Colormap {
  const digits = COLORMAP_TABLES[id]
  const table = Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16),
  )
  return { id, name, kind, table }
}
