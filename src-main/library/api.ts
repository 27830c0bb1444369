/** What the library process does for others. It owns both SQLite files; every method can be called through a process port. */
import type {
  AnnotationCallName,
  ClassMatch,
  Confusion,
  DatasetPicture,
  DatasetReport,
  ErrorGroup,
  Facets,
  HeadAttention,
  HeadDifference,
  HeadGrouping,
  HeadStatistics,
  LabelMapping,
  LabelsFrom,
  LabelSource,
  LocalisationDifference,
  LocalisationScore,
  MapBatch,
  ModelInfo,
  PassedOver,
  ProjectCheck,
  ProjectInfo,
  ProjectPlaces,
  ProviderId,
  RelinkPreview,
  RunDefinition,
  RunInfo,
  RunState,
  SampleDetail,
  SavedRecipes,
  SavedView,
  SampleIds,
  SampleQuery,
  SampleRow,
  TaskProgress,
} from '@shared/api'
import type { Certificate } from '@headlight/explain/report'
import type { Recipe } from '@shared/figure/recipe'
import type { BatchResult } from '@shared/batch-result'
import type { ErrorValue } from '@shared/errors'
import type { MethodId } from '@headlight/explain/methods'
import type { ModelClasses } from '../datasets/match-classes'
import type { MaskReading, UnmeasuredGroup } from '@shared/masks'
import type { MaskLocation, SampleLocation } from '../datasets/location'
import type { StorageFacts } from './upkeep/report-facts'
import type { OutcomeBlock, RunColumnFacts, ScoreBlock } from './samples/result-blocks'
import type { AnnotationInput, AnnotationOutput } from './annotations'

export type { BatchResult }

/** What was found in the dataset of a run when it began. */
export interface ListedDataset {
  /** Sentences about what was passed over or looks wrong. */
  problems: string[]
  labelsFrom: LabelsFrom | null
  passedOver: PassedOver[]
  /** Sentences about what was taken for granted. */
  assumed: string[]
  /** A matching by order that could be asked for, where nothing else fits any label. */
  offer: LabelMapping | null
  /** Names of the model's classes. */
  classes: string[]
  /** Different labels of the samples. */
  labels: number
  /** How many of them were matched with a class by their order only. */
  byOrder: number
  /** Those that no class of the model is meant by. */
  unmatched: string[]
}

export type BegunRun = RunInfo & { listed: ListedDataset }

/** Where a sample's image and mask lie, and how the mask is read. */
export interface SampleFiles {
  file: SampleLocation
  mask: MaskLocation | null
  reading: MaskReading | null
}

export interface PendingSample {
  id: number
  file: SampleLocation
  mask: MaskLocation | null
  /** How the mask is read, null without one. */
  reading: MaskReading | null
  /** Class index of the label, null without one. */
  label: number | null
}

/** How the labels of a dataset are read. */
export interface ScanOptions {
  labelSource?: LabelSource
  matchByOrder?: boolean
}

/** A question that nobody waits for any more is not answered: it throws 'cancelled'. */
export interface Abortable {
  signal?: AbortSignal
}

export interface LibraryApi {
  /** Creates the project folder with both databases and takes its lock. 'not-writable', 'project-locked'. */
  create(path: string): Promise<ProjectInfo>
  open(path: string): Promise<ProjectInfo>
  /** Resident memory of the process, now and at its highest. */
  memory(): Promise<{ bytes: number; highestBytes: number }>
  project(): Promise<ProjectInfo | null>
  close(): Promise<void>

  /** Needs no project; neither do the next two. `model` is what the model calls its classes. */
  scan(path: string, model: ModelClasses | null, options?: Abortable & ScanOptions): Promise<DatasetReport>
  /** Small pictures of the samples of the preview, in its order. */
  previewPictures(path: string): Promise<DatasetPicture[]>
  /** Where the samples of the preview lie. */
  previewSamples(path: string): Promise<{ path: string; file: SampleLocation }[]>
  /** Lists the dataset, then finds the run of this definition and model, or creates it. */
  beginRun(definition: RunDefinition, model: ModelInfo, certificate: Certificate | null): Promise<BegunRun>
  run(runId: number): Promise<RunInfo>
  /** `error` is why it failed, or paused by itself. Where the disk is full it is kept in memory, and written later. */
  setRunState(runId: number, state: RunState, error?: Pick<ErrorValue, 'code' | 'message'>): Promise<void>
  setRunProvider(runId: number, provider: ProviderId): Promise<void>
  /** Failed samples that may succeed now become pending again. Gives the run as it is then. */
  retryFailures(runId: number): Promise<RunInfo>
  /** Samples without a result, by the kind of their error, the largest group first. */
  errorGroups(runId: number): Promise<ErrorGroup[]>
  /** Samples with a mask and no localisation, by reason, the largest group first. */
  unmeasured(runId: number): Promise<UnmeasuredGroup[]>
  /** Labels of the dataset, and the classes that they mean in the run. */
  runLabels(runId: number): Promise<ClassMatch[]>
  /** Matches labels of a run anew, with everything that follows. 'usage' for a run that explains the label. */
  matchRunLabels(runId: number, mapping: LabelMapping): Promise<RunInfo>
  /**
   * Gives results of a run that the project does not know back to it: `ProjectInfo.unclaimed` lists them. 'not-found';
   * 'usage' where something else has taken their place.
   */
  restoreRun(runId: number): Promise<ProjectInfo>
  /** Removes such results. 'not-found'. */
  removeUnclaimed(runId: number): Promise<ProjectInfo>
  /** Gives a run another name. 'not-found'. */
  renameRun(runId: number, name: string): Promise<RunInfo>
  /** Hides a run that does not compute; it goes when the project closes. 'not-found'. */
  deleteRun(runId: number): Promise<ProjectInfo>
  undeleteRun(runId: number): Promise<ProjectInfo>
  /** Ids of the runs that wait, in order; kept with the project. */
  queue(): Promise<number[]>
  setQueue(runIds: number[]): Promise<void>
  /** Samples without a result, in order, after `after` (a sample id; -1 from the start). */
  pending(runId: number, after: number, limit: number): Promise<PendingSample[]>
  /** Writes results, errors, what is derived from them and the position in one transaction. */
  commit(
    runId: number,
    batch: BatchResult,
  ): Promise<{ done: number; failed: number; correct: number; labelled: number }>

  /** Bytes that one sample of such a run takes in the project. */
  measureStorage(
    definition: RunDefinition,
    model: ModelInfo,
    withMasks: boolean,
    samples: number,
  ): Promise<{ bytesPerSample: number }>

  query(query: SampleQuery, options?: Abortable): Promise<SampleIds>
  rows(runId: number, ids: Uint32Array): Promise<SampleRow[]>
  facets(runId: number, filter: string, options?: Abortable): Promise<Facets>
  /** Ids of the samples at these paths, relative to the dataset; null for a path that the run does not have. */
  idsOfPaths(runId: number, paths: string[]): Promise<(number | null)[]>
  maps(runId: number, ids: Uint32Array, method: MethodId): Promise<MapBatch>
  detail(runId: number, id: number): Promise<SampleDetail>
  /** What tables of the run's results have for columns. */
  columnFacts(runId: number, options?: Abortable): Promise<RunColumnFacts>
  /** Head scores of those of the samples that have them. */
  scores(runId: number, ids: Uint32Array): Promise<ScoreBlock>
  /** Targets, top classes and metadata; `topK` as `columnFacts` says. */
  outcomes(runId: number, ids: Uint32Array, topK: number): Promise<OutcomeBlock>
  /** Where a sample's image and mask lie, the image only ever inside the dataset of the run. */
  file(runId: number, id: number): Promise<SampleFiles>
  thumbnail(runId: number, id: number, size: number): Promise<Uint8Array>

  headStatistics(
    runId: number,
    by: HeadGrouping,
    filter: string,
    norm: 'l1' | 'l2',
    options?: Abortable,
  ): Promise<HeadStatistics>
  headDifference(
    runId: number,
    filterA: string,
    filterB: string,
    norm: 'l1' | 'l2',
    /** `stratified` compares samples of the same label only. */
    options?: Abortable & { stratified?: boolean },
  ): Promise<HeadDifference>
  recipes(): Promise<SavedRecipes>
  saveRecipe(recipe: Recipe): Promise<void>
  removeRecipe(name: string): Promise<void>
  /** Saved views, in alphabetical order. */
  views(): Promise<SavedView[]>
  /** Takes the place of a view of the same name. */
  saveView(name: string, address: string): Promise<SavedView>
  /** Throws 'not-found' where no view has the name. */
  removeView(name: string): Promise<void>

  confusion(runId: number, filter: string, options?: Abortable): Promise<Confusion>
  /** A head's mean attention by label and correctness, as far as runs have summed it up. */
  headAttention(runId: number, layer: number, head: number, options?: Abortable): Promise<HeadAttention>
  localisation(runId: number, filter: string, options?: Abortable): Promise<LocalisationScore[]>
  localisationDifference(
    runId: number,
    filterA: string,
    filterB: string,
    /** `stratified` compares samples of the same label only. */
    options: Abortable & { stratified: boolean },
  ): Promise<LocalisationDifference[]>
  /** The sample of this path, relative to its dataset or whole; the newest dataset's. 'not-found'. */
  findSample(path: string): Promise<number>
  /** The annotation calls of the contract. A change is on the disk when it is answered. */
  annotations<Name extends AnnotationCallName>(
    name: Name,
    input: AnnotationInput<Name>,
  ): Promise<AnnotationOutput<Name>>

  /** Whether datasets and models are where the project knows them. */
  places(): Promise<ProjectPlaces>
  /** Looks for damage in the project, its datasets and models. */
  check(options: { deep: boolean; signal?: AbortSignal }): Promise<ProjectCheck>
  /** How a dataset would be found at another path; nothing is changed. */
  previewRelink(options: { datasetId: number; path: string; signal?: AbortSignal }): Promise<RelinkPreview>
  /** Applies the preview of this number, which has to be the last one. */
  relink(plan: number): Promise<ProjectInfo>
  /** Points the runs of this very model at its file. Throws 'model-changed' for another model. */
  relinkModel(path: string): Promise<ProjectInfo>
  /** Sizes, versions and counts, for a bug report. */
  storageFacts(): Promise<StorageFacts>
  /** How far a check, a preview or the listing of a dataset is, null while none is under way. */
  taskProgress(): Promise<TaskProgress | null>
}
