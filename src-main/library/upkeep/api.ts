import type { ProjectCheck, ProjectInfo, ProjectPlaces, RelinkPreview, TaskProgress } from '@shared/api'
import type { Abortable } from '../../process'
import type { StorageFacts } from './report-facts'

/** What keeps a project whole: where its files are, what is damaged, and what a bug report says of it. */
export interface UpkeepApi {
  /** Whether datasets and models are where the project knows them. */
  places(): Promise<ProjectPlaces>
  /** Looks for damage in the project, its datasets and models. */
  check(input: { deep: boolean }, options?: Abortable): Promise<ProjectCheck>
  /** How a dataset would be found at another path; nothing is changed. */
  previewRelink(input: { datasetId: number; path: string }, options?: Abortable): Promise<RelinkPreview>
  /** Applies the preview of this number, which has to be the last one. */
  relink(input: { plan: number }): Promise<ProjectInfo>
  /** Points the runs of this model at its file. Throws 'model-changed' for another model. */
  relinkModel(input: { path: string }): Promise<ProjectInfo>
  /** How far a check, a preview or the listing of a dataset is, null while none is under way. Needs no project. */
  progress(): Promise<TaskProgress | null>
  /** Sizes, versions and counts, for a bug report. */
  storageFacts(): Promise<StorageFacts>
  /** Resident memory of the process, now and at its highest. Needs no project. */
  memory(): Promise<{ bytes: number; highestBytes: number }>
}
