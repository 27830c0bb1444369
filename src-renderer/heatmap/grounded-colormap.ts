import { COLORMAPS, type Colormap } from '@shared/heatmap/colormap'

/** From the colour of an empty ground to its opposite: nothing looks like nothing, whichever scheme the window has. */
export function groundedColormap(scheme: 'light' | 'dark'): Colormap {
  return scheme === 'dark' ? COLORMAPS.magma : LIGHT
}

const LIGHT: Colormap = { ...COLORMAPS.magma, table: reversed(COLORMAPS.magma.table) }

/** Entries of three bytes from last to first. */
function reversed(table: Uint8Array): Uint8Array {
  return table.map((_, i) => table[table.length - 3 - (i - (i % 3)) + (i % 3)]!)
}
