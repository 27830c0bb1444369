import type { RunInfo, SampleRow } from '@shared/api'
import type { GridContent, Panel } from '@shared/figure/recipe'
import { COLORMAPS, type Colormap } from '@shared/heatmap/colormap'
import { shareDifference } from '@shared/heatmap/difference'
import { minMax, sharedRange, symmetricRange, type ScaleRange } from '@shared/heatmap/scale'
import { type ErrorCode, HeadlightError } from '@shared/errors'
import { METHODS, type MethodId } from '@shared/methods'
import { targetName } from '@shared/targets'
import type { FigureSource, PatchMap } from '../source'
import { panelTarget, runOfPanel } from './panel-target'
import { readable } from './words'

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
  /** What stands where there is no map, a sample each. */
  missing: string[]
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
  const panels: { panel: Panel; of: RunInfo; maps: (PatchMap | null)[]; missing: string[] }[] = []
  for (const panel of content.panels) {
    const of = await runOfPanel(source, run, panel)
    const maps: (PatchMap | null)[] = []
    const missing: string[] = []
    for (const { id, error } of samples) {
      const { map, without } = error === null ? await mapOrReason(source, of, id, panel) : NO_RESULT
      maps.push(map)
      missing.push(without)
    }
    panels.push({ panel, of, maps, missing })
  }
  const all = panels.flatMap(({ panel, maps }) => (panel.kind === 'difference' ? [] : maps))
  const shared = content.scale === 'shared' ? sharedRange(joined(all)) : null
  return panels.map((panel) => resolve(panel, content, shared))
}

function resolve(
  { panel, of, maps, missing }: { panel: Panel; of: RunInfo; maps: (PatchMap | null)[]; missing: string[] },
  content: GridContent,
  shared: ScaleRange | null,
): ResolvedPanel {
  const title = panel.title ?? panelTitle(panel) + aim(panel, of)
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
    missing,
    range: shows ? range : null,
  }
}

interface Found {
  map: PatchMap | null
  /** In place of the map. */
  without: string
}

const NO_RESULT: Found = { map: null, without: 'no map' }
/** What a sample lacks for a target, in the words of a small grey field. */
const WITHOUT: Partial<Record<ErrorCode, string>> = { 'no-contrast': 'predicted as its label', 'no-label': 'no label' }

async function mapOrReason(source: FigureSource, run: RunInfo, id: number, panel: Panel): Promise<Found> {
  try {
    return { map: await readMap(source, run, id, panel), without: panel.kind === 'mask' ? 'no mask' : 'no map' }
  } catch (error) {
    const without = error instanceof HeadlightError && WITHOUT[error.code]
    if (!without) throw error
    return { map: null, without }
  }
}

async function readMap(source: FigureSource, run: RunInfo, id: number, panel: Panel): Promise<PatchMap | null> {
  const target = panelTarget(panel, run)
  const read = (method: MethodId) =>
    target && METHODS[method].needsGradient ? source.explainedMap(run, id, method, target) : source.map(run, id, method)
  switch (panel.kind) {
    case 'image':
    case 'mask':
      return null
    case 'method':
      return read(panel.method)
    case 'head':
      return source.attention(run, id, panel.layer, panel.head)
    case 'difference': {
      const [a, b] = [await read(panel.a), await read(panel.b)]
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

/** What the maps of a panel explain, where that is not what the run explains: ", prediction − label". */
function aim(panel: Panel, run: RunInfo): string {
  const target = panelTarget(panel, run)
  return target ? `, ${readable(targetName(target, run.definition.labels))}` : ''
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
