import { describe, expect, it } from 'vitest'
import { COLORMAP_IDS, COLORMAPS, colorAt, colorIndex, colorize, luminance } from './colormap'

describe('colormaps', () => {
  it.each(COLORMAP_IDS)('%s has 256 colours', (id) => {
    expect(COLORMAPS[id].table).toHaveLength(256 * 3)
  })

  it('has the published ends of viridis', () => {
    expect(colorAt(COLORMAPS.viridis, 0)).toEqual([68, 1, 84])
    expect(colorAt(COLORMAPS.viridis, 1)).toEqual([253, 231, 36])
  })

  it.each(COLORMAP_IDS.filter((id) => COLORMAPS[id].kind === 'sequential'))('%s only gets brighter', (id) => {
    const brightness = Array.from({ length: 256 }, (_, i) => luminance(colorAt(COLORMAPS[id], i / 255)))
    for (let i = 8; i < 256; i++) expect(brightness[i]).toBeGreaterThanOrEqual(brightness[i - 8]!)
  })

  it('clamps, and takes NaN as the low end', () => {
    expect([colorIndex(-1), colorIndex(2), colorIndex(NaN), colorIndex(0.5)]).toEqual([0, 255, 0, 128])
  })

  it('colours values over a range, flat maps with the low colour', () => {
    const { table } = COLORMAPS.greys
    expect([...colorize(Float32Array.of(0, 2), { low: 0, high: 2 }, COLORMAPS.greys)]).toEqual([
      0, 0, 0, 255, 255, 255, 255, 255,
    ])
    expect(colorize(Float32Array.of(5), { low: 5, high: 5 }, COLORMAPS.greys)[0]).toBe(table[0])
  })
})
