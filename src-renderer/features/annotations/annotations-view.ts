import type { RunInfo } from '@shared/api'
import { choice, flag, named, optionalId, step, text, urlState } from '../../base/url-state'
import { type GalleryState, type View, viewFields, viewState } from '../../base/view'

export const annotationsState = urlState({
  part: step(choice(['samples', 'conflicts', 'lists'], 'samples')),
  filter: step(text()),
  sort: step(choice(['annotated', 'path', 'confidence', 'label', 'prediction', 'correct'], 'annotated')),
  descending: step(named('order', flag(true, 'ascending'))),
})

/** What is triaged, how it is drawn, and whether a verdict leads to the next sample. */
export const triageState = urlState({
  ...viewFields,
  at: optionalId(),
  /** `verdict`: a verdict leads on. `any`: tags do, too. `never`: only the arrow keys and Space. */
  advance: choice(['verdict', 'any', 'never'], 'verdict'),
  /** What was said about them all, in place of one sample. */
  summary: flag(false, 'shown'),
})

/** The address of triage over the result of a view, from the sample in focus; leaving it leads back to that very view. */
export function triageLink(run: Pick<RunInfo, 'id'>, view: GalleryState): string {
  return `/runs/${run.id}/triage${triageState.search({ ...triageState.usual, ...view })}`
}

/** The name under which the place of a triage is kept. */
export function placeName(
  run: Pick<RunInfo, 'id'>,
  { filter, sort, descending, group }: Pick<View, 'filter' | 'sort' | 'descending' | 'group'>,
) {
  return `triage ${run.id} ${viewState.search({ ...viewState.usual, filter, sort, descending, group })}`
}

/** Samples that have an annotation and fit the filter. */
export const annotatedFilter = (filter: string) => `annotated:true ${filter}`.trim()
