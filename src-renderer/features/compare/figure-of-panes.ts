/** The panes of a comparison as a figure's recipe: a grid of their samples and maps. */

import { type Panel, type Recipe, recipeSchema } from '@shared/figure/recipe'
import type { TargetPolicy } from '@shared/target-policy'
import { targetText } from '@shared/targets'
import { writeTarget } from '../../base/target-text'
import type { CompareState } from '../../shared/pins/compare-state'
import type { PaneContent } from './pane-contents'
import type { Pane } from '../../shared/pins/panes'

export interface PanesFigure {
  recipe: Recipe
  /** Panes that a figure cannot show, since their samples are not known. */
  leftOut: number
  /** Maps that no pane shows: every sample has every map. */
  added: number
}

/** The run names the classes of a target. */
type Shown = Pick<PaneContent, 'pane' | 'row'> & Partial<Pick<PaneContent, 'run'>>
type Style = Pick<CompareState, 'show' | 'a' | 'b' | 'scale' | 'colormap' | 'opacity' | 'interpolation' | 'box'>

/** Null where no pane can be in a figure. Figures draw every sample with every map that one of the panes has. */
export function figureOfPanes(panes: readonly Shown[], style: Style): PanesFigure | null {
  const run = panes[0]?.pane.runId
  if (run === undefined) return null
  const labels = panes[0]?.run?.definition.labels ?? []
  const shown = panes.flatMap(({ pane, row, run: own }) => {
    const panel = row && panelOf(pane, run, own?.definition.labels ?? [])
    return panel ? [{ path: row.path, panel }] : []
  })
  if (shown.length === 0) return null
  const paths = distinct(shown.map(({ path }) => path))
  const panels = distinct<Panel>([{ kind: 'image' }, ...shown.map(({ panel }) => panel)])
  const maps = panels.filter(({ kind }) => kind !== 'image')
  const difference =
    style.show === 'difference' ? differenceOf(panes[style.a]?.pane, panes[style.b]?.pane, run, labels) : null
  return {
    recipe: recipeSchema.parse({
      version: 1,
      name: 'Comparison',
      run: String(run),
      content: {
        kind: 'grid',
        samples: { paths },
        panels: difference ? [...panels, difference] : panels,
        scale: style.scale,
        colormap: style.colormap,
        opacity: style.opacity / 100,
        interpolation: style.interpolation,
        boxes: style.box,
      },
    }),
    leftOut: panes.length - shown.length,
    added: paths.length * maps.length - distinct(shown.filter(hasMap)).length,
  }
}

const hasMap = ({ panel }: { panel: Panel }) => panel.kind !== 'image'

function panelOf({ map, target, runId }: Pane, own: number, labels: readonly string[]): Panel | null {
  if (map.kind === 'image') return { kind: 'image' }
  if (map.kind === 'head') {
    const { layer, head, patch } = map
    return { kind: 'head', layer, head, ...(patch === null ? {} : { patch }), run: otherRun(runId, own) }
  }
  return {
    kind: 'method',
    method: map.method,
    // Where the target makes no difference, the figure leaves it out.
    ...aimed(target, labels),
    run: otherRun(runId, own),
  }
}

function differenceOf(a: Pane | undefined, b: Pane | undefined, own: number, labels: readonly string[]): Panel | null {
  if (a?.map.kind !== 'method' || b?.map.kind !== 'method') return null
  if (writtenTarget(a) !== writtenTarget(b) || a.sampleId !== b.sampleId) return null
  const runs = { run: otherRun(a.runId, own), runB: otherRun(b.runId, own) }
  return { kind: 'difference', a: a.map.method, b: b.map.method, ...runs, ...aimed(a.target, labels) }
}

/** A run that a panel has to name: one that is not the figure's. */
function otherRun(runId: number, own: number): string | undefined {
  return runId === own ? undefined : String(runId)
}

const writtenTarget = ({ target }: Pane) => target && writeTarget(target)

function aimed(target: TargetPolicy | null, labels: readonly string[]) {
  return target ? { target: targetText(target, labels) } : {}
}

function distinct<Value>(values: Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
