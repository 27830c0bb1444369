import type { RunInfo } from '@shared/api'
import { type View, viewState } from '../../base/view'

/** The name under which the place of a triage is kept. */
export function placeName(
  run: Pick<RunInfo, 'id'>,
  { filter, sort, descending, group }: Pick<View, 'filter' | 'sort' | 'descending' | 'group'>,
) {
  return `triage ${run.id} ${viewState.search({ ...viewState.defaults, filter, sort, descending, group })}`
}
