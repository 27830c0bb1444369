/** What can be pinned where a screen shows links: to samples, and to heads. */
import { hasHeadMaps } from '@headlight/explain/report'
import type { RunInfo } from '@shared/api'
import { strongestSample } from '../../api/sample-queries'
import { sampleState } from '../../base/view'
import { methodName, shownMethod } from '../../heatmap/shown-method'
import type { PaneMap } from './panes'
import type { Pinnable } from './pin-commands'

/** The link that has the focus, or is pointed at, or stands in the row that is. */
function linkAt(part: string): HTMLAnchorElement | null {
  const link = `a[href*="${part}"]`
  return (
    document.activeElement?.closest<HTMLAnchorElement>(link) ??
    document.querySelector<HTMLAnchorElement>(`${link}:hover, [role="row"]:hover ${link}`)
  )
}

/** The sample of the link that is focused or pointed at, drawn as the link would show it; null for none. */
export function linkedSample(run: RunInfo): Pinnable | null {
  const link = linkAt('/samples/')
  const id = link && /\/samples\/(\d+)/.exec(link.pathname)?.[1]
  if (!link || !id) return null
  const { head, method: wanted, overlay } = sampleState.parse(link.search)
  const [layer, index] = head.split('.').map(Number)
  const method = shownMethod(wanted, run.definition.methods)
  const map: PaneMap =
    layer !== undefined && index !== undefined && hasHeadMaps(run.model)
      ? { kind: 'head', layer, head: index, patch: null }
      : method && overlay
        ? { kind: 'method', method }
        : { kind: 'image' }
  const what =
    map.kind === 'head' ? `${headName(run, map)},` : map.kind === 'method' ? methodName(map.method) : 'The picture'
  const name = (link.getAttribute('aria-label') ?? link.textContent ?? '').trim() || `sample ${id}`
  return { pane: { sampleId: Number(id), runId: run.id, map, target: null }, name: `${what} of ${name}` }
}

/** The head of the cell or link that has the focus, in the sample of the filter in which it weighs most; null for none. */
export async function focusedHead(run: RunInfo, filter: string): Promise<Pinnable | null> {
  const cell = document.activeElement?.closest<HTMLElement>('[role="gridcell"][data-index]')
  const index = cell ? Number(cell.dataset.index) : null
  const named = /\/heads\/(\d+)\.(\d+)/.exec(linkAt('/heads/')?.pathname ?? '')
  if (index === null && !named) return null
  const { heads } = run.model
  const head =
    index === null
      ? { layer: Number(named?.[1]), head: Number(named?.[2]) }
      : { layer: Math.floor(index / heads), head: index % heads }
  return pinnableHead(run, filter, head)
}

/** A head's attention in the sample of a filter in which it weighs most. */
export async function pinnableHead(
  run: RunInfo,
  filter: string,
  head: { layer: number; head: number },
): Promise<Pinnable> {
  const sampleId = await strongestSample(run.id, filter, head)
  if (sampleId === null) return { why: 'Nothing was pinned: no sample of this filter has head scores.' }
  const pane = { sampleId, runId: run.id, map: headPane(run, head), target: null }
  return { pane, name: `${headName(run, head)}, in the sample where it weighs most` }
}

/** A head's attention; the picture alone where the model has no maps. */
export const headPane = ({ model }: RunInfo, { layer, head }: { layer: number; head: number }): PaneMap =>
  hasHeadMaps(model) ? { kind: 'head', layer, head, patch: null } : { kind: 'image' }

export const headName = ({ model }: RunInfo, { layer, head }: { layer: number; head: number }) =>
  `${hasHeadMaps(model) ? 'Attention of' : 'The picture for'} layer ${layer}, head ${head}`
