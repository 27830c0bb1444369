import type { RunInfo, TargetPolicy } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { FigureContent, Panel } from '@shared/figure/recipe'
import { dependsOnTarget } from '@shared/target-fits'
import { isSameTarget, parseTarget } from '@shared/targets'
import type { FigureSource } from '../source'

/**
 * The target that the maps of a panel are computed for; null where those of the run are the answer: its own target, and
 * maps that are the same for every target. Throws 'usage' for a text that is not a target of the run's model.
 */
export function panelTarget(panel: Panel, run: RunInfo): TargetPolicy | null {
  if ((panel.kind !== 'method' && panel.kind !== 'difference') || panel.target === undefined) return null
  const read = parseTarget(panel.target, run.definition.labels)
  if ('problem' in read) throw new HeadlightError('usage', `The target of a panel: ${read.problem}.`)
  const methods = panel.kind === 'method' ? [panel.method] : [panel.a, panel.b]
  if (isSameTarget(read.target, run.definition.target)) return null
  return methods.some((method) => dependsOnTarget(method, run.model)) ? read.target : null
}

/** The runs whose results a panel shows: of its map, and of what a difference takes away. */
export interface PanelRuns {
  run: RunInfo
  runB: RunInfo
  /** One of them is not the figure's. */
  foreign: boolean
}

/** The figure's own run where the panel names no other. */
export async function runsOfPanel(source: FigureSource, own: RunInfo, panel: Panel): Promise<PanelRuns> {
  const named = (name: string | undefined) => (name === undefined ? own : source.run(name))
  const run = await named('run' in panel ? panel.run : undefined)
  const runB = await named(panel.kind === 'difference' ? panel.runB : undefined)
  return { run, runB, foreign: run.id !== own.id || runB.id !== own.id }
}

/** The panels of a figure, from 1, whose maps are computed for another target than their run's. */
export async function panelTargets(source: FigureSource, run: RunInfo, content: FigureContent) {
  const found: { panel: number; target: TargetPolicy }[] = []
  if (content.kind !== 'grid') return found
  for (const [index, panel] of content.panels.entries()) {
    const runs = await runsOfPanel(source, run, panel)
    const target = panelTarget(panel, runs.run) ?? panelTarget(panel, runs.runB)
    if (target) found.push({ panel: index + 1, target })
  }
  return found
}
