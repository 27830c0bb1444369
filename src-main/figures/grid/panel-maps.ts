import type { RunInfo, SampleRow } from '@shared/api'
import type { GridContent, Panel } from '@shared/figure/recipe'
import { COLORMAPS, type Colormap } from '@shared/heatmap/colormap'
import { shareDifference } from '@shared/heatmap/difference'
import { minMax, sharedRange, symmetricRange, type ScaleRange } from '@shared/heatmap/scale'
import { type ErrorCode, HeadlightError } from '@shared/errors'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { dependsOnTarget } from '@shared/target-fits'
import { targetName } from '@shared/targets'
import type { FigureSource, PatchMap } from '../source'
import { type PanelRuns, panelTarget, runsOfPanel } from './panel-target'
import { readable } from './words'

/** The map of one panel of one sample, and the range of its colours. */
export interface PanelMap {
  map: PatchMap
  range: ScaleRange
}

/** A column of the recipe with everything that it shows: a map a sample, null where there is none. */
export interface ResolvedPanel {
  panel: Panel
  title: string
  /** Under the title: the target, the run or the patch, where they are not the usual ones; '' for nothing. */
  detail: string
  colormap: Colormap
  /** What the colours mean, for the colour bar; null for panels without a map. */
  meaning: string | null
  maps: (PanelMap | null)[]
  /** What stands where there is no map, a sample each. */
  missing: string[]
  /** The one range of all its maps; null where each has its own. */
  range: ScaleRange | null
  /** Whether it shows another run than the figure's. */
  foreign: boolean
}

/** Reads the maps of every panel and settles their ranges. */
export async function resolvePanels(
  source: FigureSource,
  run: RunInfo,
  samples: readonly SampleRow[],
  content: GridContent,
): Promise<ResolvedPanel[]> {
  const panels = await Promise.all(
    content.panels.map(async (panel) => {
      const [maps, missing]: [(PatchMap | null)[], string[]] = [[], []]
      return { panel, runs: await runsOfPanel(source, run, panel), maps, missing }
    }),
  )
  // Sample by sample, so that what is computed for one sample serves all its panels.
  for (const { id, error } of samples) {
    for (const { panel, runs, maps, missing } of panels) {
      const { map, without } = error === null ? await mapOrReason(source, runs, id, panel) : NO_RESULT
      maps.push(map)
      missing.push(without)
    }
  }
  const all = panels.flatMap(({ panel, maps }) => (panel.kind === 'difference' ? [] : maps))
  const shared = content.scale === 'shared' ? sharedRange(joined(all)) : null
  return panels.map(({ runs, ...found }) => ({
    ...resolve(found, panelDetail(found.panel, runs), content, shared),
    foreign: runs.foreign,
  }))
}

function resolve(
  { panel, maps, missing }: { panel: Panel; maps: (PatchMap | null)[]; missing: string[] },
  detail: string,
  content: GridContent,
  shared: ScaleRange | null,
): Omit<ResolvedPanel, 'foreign'> {
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
    detail: panel.title === undefined ? detail : '',
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
/** Why a sample has no map for a target, as short text for a grey field. */
const WITHOUT: Partial<Record<ErrorCode, string>> = {
  'no-contrast': 'predicted as its label',
  'no-label': 'no label',
  'empty-mask': 'no place of the class',
  'no-mask': 'no mask',
}

async function mapOrReason(source: FigureSource, runs: PanelRuns, id: number, panel: Panel): Promise<Found> {
  try {
    const without = panel.kind === 'mask' ? 'no mask' : runs.foreign ? 'not in that run' : 'no map'
    return { map: await readMap(source, runs, id, panel), without }
  } catch (error) {
    const without = error instanceof HeadlightError && WITHOUT[error.code]
    if (!without) throw error
    return { map: null, without }
  }
}

async function readMap(
  source: FigureSource,
  { run, runB }: PanelRuns,
  id: number,
  panel: Panel,
): Promise<PatchMap | null> {
  const read = (of: RunInfo, method: MethodId) => {
    const target = panelTarget(panel, of)
    if (target && dependsOnTarget(method, of.model)) return source.explainedMap(of, id, method, target)
    // What the run did not compute is computed for its own target.
    return of.definition.methods.includes(method)
      ? source.map(of, id, method)
      : source.explainedMap(of, id, method, of.definition.target)
  }
  switch (panel.kind) {
    case 'image':
    case 'mask':
      return null
    case 'method':
      return read(run, panel.method)
    case 'head':
      return source.attention(run, id, panel.layer, panel.head, panel.patch ?? null)
    case 'difference': {
      const [a, b] = [await read(run, panel.a), await read(runB, panel.b)]
      return a && b && difference(run, a, runB, b)
    }
  }
}

/** Methods differ in scale, so each map counts as shares of its own sum before they are subtracted. */
function difference(runA: RunInfo, a: PatchMap, runB: RunInfo, b: PatchMap): PatchMap {
  if (a.grid.join() !== b.grid.join()) {
    const grids = `${a.grid.join(' x ')} and ${b.grid.join(' x ')}`
    throw new HeadlightError(
      'usage',
      `Runs "${runA.name}" and "${runB.name}" have maps of ${grids} patches; a difference needs the same patches.`,
    )
  }
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

/** "prediction − label", "from row 1, column 2", the runs that are not the figure's own; '' for the usual ones. */
function panelDetail(panel: Panel, { run, runB, foreign }: PanelRuns): string {
  const target = panelTarget(panel, run) ?? panelTarget(panel, runB)
  return [
    target && readable(targetName(target, run.definition.labels)),
    panel.kind === 'head' && panel.patch !== undefined && placeOf(panel.patch, run),
    foreign && (panel.kind === 'difference' ? `${run.name} − ${runB.name}` : run.name),
  ]
    .filter((part) => typeof part === 'string')
    .join(', ')
}

function placeOf(patch: number, { model }: RunInfo): string {
  const columns = model.grid?.[1]
  return columns === undefined ? `patch ${patch}` : `from row ${Math.floor(patch / columns)}, column ${patch % columns}`
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
