import type { RunInfo, SampleRow } from '@shared/api'
import type { GridContent, Panel } from '@shared/figure/recipe'
import { COLORMAPS, type Colormap } from '@shared/heatmap/colormap'
import { shareDifference } from '@shared/heatmap/difference'
import { minMax, sharedRange, symmetricRange, type ScaleRange } from '@shared/heatmap/scale'
import { METHODS } from '@shared/methods'
import type { FigureSource, PatchMap } from '../source'

/** The map of one panel of one sample, and what spans its colours. */
export interface PanelMap {
  map: PatchMap
  range: ScaleRange
}

/** A column of the recipe with everything that it shows: a map a sample, null where there is none. */
export interface ResolvedPanel {
  panel: Panel
  title: string
  colormap: Colormap
  /** What the colours mean, for the colour bar; null for panels without a map. */
  meaning: string | null
  maps: (PanelMap | null)[]
  /** The one range of all its maps; null where each has its own. */
  range: ScaleRange | null
}

/** Reads the maps of every panel and settles their ranges. */
export async function resolvePanels(
  source: FigureSource,
  run: RunInfo,
  samples: readonly SampleRow[],
  content: GridContent,
): Promise<ResolvedPanel[]> {
  const panels: { panel: Panel; maps: (PatchMap | null)[] }[] = []
  for (const panel of content.panels) {
    const maps: (PatchMap | null)[] = []
    for (const { id } of samples) maps.push(await readMap(source, run, id, panel))
    panels.push({ panel, maps })
  }
  const all = panels.flatMap(({ panel, maps }) => (panel.kind === 'difference' ? [] : maps))
  const shared = content.scale === 'shared' ? sharedRange(joined(all)) : null
  return panels.map(({ panel, maps }) => resolve(panel, maps, content, shared))
}

function resolve(
  panel: Panel,
  maps: (PatchMap | null)[],
  content: GridContent,
  shared: ScaleRange | null,
): ResolvedPanel {
  const title = panel.title ?? panelTitle(panel)
  const difference = panel.kind === 'difference'
  const range = difference
    ? symmetricRange(joined(maps))
    : content.scale === 'panel'
      ? sharedRange(joined(maps))
      : shared
  const withRange = maps.map((map) => map && { map, range: range ?? minMax(map.values) })
  const colormap = difference ? COLORMAPS.rdbu : COLORMAPS[content.colormap]
  const shows = maps.some((map) => map !== null)
  return {
    panel,
    title,
    colormap,
    meaning: shows ? meaning(panel) : null,
    maps: withRange,
    range: shows ? range : null,
  }
}

async function readMap(source: FigureSource, run: RunInfo, id: number, panel: Panel): Promise<PatchMap | null> {
  switch (panel.kind) {
    case 'image':
    case 'mask':
      return null
    case 'method':
      return panel.run === undefined
        ? source.map(run, id, panel.method)
        : source.map(await source.run(panel.run), id, panel.method)
    case 'head':
      return source.attention(run, id, panel.layer, panel.head)
    case 'difference': {
      const [a, b] = [await source.map(run, id, panel.a), await source.map(run, id, panel.b)]
      return a && b && difference(a, b)
    }
  }
}

/** Methods differ in scale, so each map counts as shares of its own sum before they are subtracted. */
function difference(a: PatchMap, b: PatchMap): PatchMap {
  return { grid: a.grid, values: shareDifference(a.values, b.values) }
}

function panelTitle(panel: Panel): string {
  switch (panel.kind) {
    case 'image':
      return 'Input'
    case 'mask':
      return 'Mask'
    case 'method':
      return METHODS[panel.method].name
    case 'head':
      return `Layer ${panel.layer}, head ${panel.head}`
    case 'difference':
      return `${METHODS[panel.a].name} − ${METHODS[panel.b].name}`
  }
}

function meaning(panel: Panel): string {
  if (panel.kind === 'head') return 'attention'
  return panel.kind === 'difference' ? 'difference of shares' : 'relevance'
}

function joined(maps: readonly (PatchMap | null)[]): Float32Array {
  const present = maps.filter((map) => map !== null)
  const values = new Float32Array(present.reduce((size, map) => size + map.values.length, 0))
  let at = 0
  for (const map of present) {
    values.set(map.values, at)
    at += map.values.length
  }
  return values
}
