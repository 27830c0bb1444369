import type { RunInfo } from '@shared/api'
import { links } from '../../base/links'
import { headsState, headState, type HeadState } from './heads-view'

export interface HeadIndex {
  layer: number
  head: number
}

/** The page of one head, the view kept that it is opened from. */
export function headLink(run: RunInfo, { layer, head }: HeadIndex, view: Partial<HeadState>): string {
  return links.ofRun(run.id, `/heads/${layer}.${head}`, headState.search({ ...headState.usual, ...view }))
}

/** The failures of a filter beside the correct samples of the same labels: heads, localisation, pictures. */
export function correctOnesLink(run: RunInfo, filter: string): string {
  return links.ofRun(
    run.id,
    '/heads',
    headsState.search({ ...headsState.usual, filter, part: 'compare', compare: 'correct' }),
  )
}

/** The samples of a filter in which a head weighs most, first; or least. */
export function weightGallery(run: RunInfo, { layer, head }: HeadIndex, filter: string, descending = true): string {
  return links.gallery(run.id, { filter, sort: `head(${layer},${head})`, descending })
}

/** Null for what is no head of the model. */
export function readHead(run: RunInfo, text: string | undefined): HeadIndex | null {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text ?? '')
  const [layer, head] = [Number(match?.[1] ?? NaN), Number(match?.[2] ?? NaN)]
  return layer < run.model.layers && head < run.model.heads ? { layer, head } : null
}
