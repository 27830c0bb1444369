import type { RunInfo } from '@shared/api'
import { links } from '../../base/links'
import { type HeadId, headText } from './head-id'
import { headsState, headState, type HeadState } from './heads-state'

/** The page of one head, the view kept that it is opened from. */
export function headLink(run: RunInfo, head: HeadId, view: Partial<HeadState>): string {
  return links.ofRun(run.id, `/heads/${headText(head)}`, headState.search({ ...headState.defaults, ...view }))
}

/** The failures of a filter beside the correct samples of the same labels: heads, localisation, pictures. */
export function correctOnesLink(run: RunInfo, filter: string): string {
  return links.ofRun(
    run.id,
    '/heads',
    headsState.search({ ...headsState.defaults, filter, part: 'compare', compare: 'correct' }),
  )
}

/** The samples of a filter in which a head weighs most, first; or least. */
export function weightGallery(run: RunInfo, { layer, head }: HeadId, filter: string, descending = true): string {
  return links.gallery(run.id, { filter, sort: `head(${layer},${head})`, descending })
}
