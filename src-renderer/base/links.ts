/** Addresses of the screens. */
import type { RunInfo } from '@shared/api'
import { type GalleryState, type SampleState, galleryState, sampleState, triageState } from './view'

export const links = {
  start: '/',
  newProject: '/new',
  /** The form of a further run, in the open project. */
  newRun: '/new?into=project',
  /** The same form, beginning with the choices of a run. */
  runLike: ({ id, definition }: RunInfo) => {
    const { modelPath: model, dataPath: data, output, tower, labelSource: from } = definition
    return `/new?${new URLSearchParams({ into: 'project', like: String(id), model, data, ...(output && { output }), ...(tower && { tower }), ...(from && { from: String(from) }) })}`
  },
  runs: '/runs',
  /** A screen of a run by its path in the list of screens, as '/heads'. */
  ofRun: (runId: number, path: string, search = '') => `/runs/${runId}${path}${search}`,
  gallery: (runId: number, view: Partial<GalleryState> = {}) =>
    `/runs/${runId}/gallery${galleryState.search({ ...galleryState.defaults, ...view })}`,
  sample: (runId: number, id: number, state: Partial<SampleState> = {}) =>
    `/runs/${runId}/samples/${id}${sampleState.search({ ...sampleState.defaults, ...state })}`,
  /** Triage over the result of a view, from the sample in focus; leaving it leads back to that very view. */
  triage: (runId: number, view: GalleryState) =>
    `/runs/${runId}/triage${triageState.search({ ...triageState.defaults, ...view })}`,
}
