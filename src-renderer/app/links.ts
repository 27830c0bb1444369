/** Addresses of the screens. */
import { type View, DEFAULT_VIEW, viewSearch } from './view'

export const links = {
  start: '/',
  newProject: '/new',
  /** The form of a further run, in the open project. */
  newRun: '/new?into=project',
  runs: '/runs',
  heads: (runId: number) => `/runs/${runId}/heads`,
  /** `at` is the sample that is focused and scrolled to. */
  gallery: (runId: number, view: View = DEFAULT_VIEW, at: number | null = null) =>
    `/runs/${runId}/gallery${viewSearch(view, { at })}`,
  /** `head` is `layer.head`, the head whose attention is shown. */
  sample: (runId: number, id: number, view: View = DEFAULT_VIEW, head: string | null = null) =>
    `/runs/${runId}/samples/${id}${viewSearch(view, { head })}`,
}
