import { type ScaleRange, minMax, sharedRange } from '@shared/heatmap/scale'
import type { PaneContent } from './pane-contents'

/** What spans the colours of each pane: its own smallest to largest value, or one range for all of them. */
export function paneRanges(contents: readonly PaneContent[], scale: 'own' | 'shared'): ScaleRange[] {
  const maps = contents.map(({ map }) => map?.values ?? new Float32Array())
  if (scale === 'own') return maps.map(minMax)
  const all = new Float32Array(maps.reduce((size, values) => size + values.length, 0))
  let at = 0
  for (const values of maps) {
    all.set(values, at)
    at += values.length
  }
  const range = sharedRange(all)
  return maps.map(() => range)
}
