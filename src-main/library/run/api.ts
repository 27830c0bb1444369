import type {
  ClassMatch,
  ErrorGroup,
  LabelMapping,
  LabelsFrom,
  ModelInfo,
  PassedOver,
  ProjectInfo,
  ProviderId,
  RunDefinition,
  RunInfo,
  RunState,
} from '@shared/api'
import type { Certificate } from '@headlight/explain/report'
import type { BatchResult } from '@shared/batch-result'
import type { ErrorValue } from '@shared/errors'
import type { MaskReading, UnmeasuredGroup } from '@shared/masks'
import type { MaskLocation, SampleLocation } from '../../datasets/location'

/** Runs of the open project: their records, and what they write. 'not-found' for a run that it does not have. */
export interface RunsApi {
  /** Lists the dataset, then finds the run of this definition and model, or creates it. */
  begin(input: { definition: RunDefinition; model: ModelInfo; certificate: Certificate | null }): Promise<BegunRun>
  get(input: OneRun): Promise<RunInfo>
  /** `error` is why it failed, or paused by itself. Where the disk is full it is kept in memory, and written later. */
  setState(input: OneRun & { state: RunState; error?: Pick<ErrorValue, 'code' | 'message'> }): Promise<void>
  setProvider(input: OneRun & { provider: ProviderId }): Promise<void>
  rename(input: OneRun & { name: string }): Promise<RunInfo>
  /** Hides a run that does not compute; it goes when the project closes. */
  delete(input: OneRun): Promise<ProjectInfo>
  undelete(input: OneRun): Promise<ProjectInfo>

  /** Samples without a result, in order, after `after` (a sample id; -1 from the start). */
  pending(input: OneRun & { after: number; limit: number }): Promise<PendingSample[]>
  /** Writes results, errors, what is derived from them and the position in one transaction. */
  commit(input: OneRun & { batch: BatchResult }): Promise<RunCounts>
  /** Failed samples that may succeed now become pending again. Gives the run as it is then. */
  retryFailures(input: OneRun): Promise<RunInfo>
  /** Samples without a result, by the kind of their error, the largest group first. */
  errors(input: OneRun): Promise<ErrorGroup[]>
  /** Samples with a mask and no localisation, by reason, the largest group first. */
  unmeasured(input: OneRun): Promise<UnmeasuredGroup[]>

  /** Labels of the dataset, and the classes that they mean in the run. */
  labels(input: OneRun): Promise<ClassMatch[]>
  /** Matches the labels of a run again, and updates everything that depends on them. 'usage' for a run that explains the label. */
  matchLabels(input: OneRun & { labelMapping: LabelMapping }): Promise<RunInfo>

  /**
   * Gives results of a run that the project does not know back to it: `ProjectInfo.unclaimed` lists them. 'usage' where
   * something else has taken their place.
   */
  restore(input: OneRun): Promise<ProjectInfo>
  /** Removes such results. */
  removeUnclaimed(input: OneRun): Promise<ProjectInfo>

  /** Ids of the runs that wait, in order; kept with the project. */
  queue(): Promise<number[]>
  setQueue(input: { runIds: number[] }): Promise<void>
  /** Bytes that one sample of such a run takes in a project. Needs none that is open. */
  measureStorage(input: PlannedRun): Promise<{ bytesPerSample: number }>
}

export interface OneRun {
  runId: number
}

export type RunCounts = Pick<RunInfo, 'done' | 'failed' | 'correct' | 'labelled'>

/** A run that was not begun, as far as its room on the disk depends on it. */
export interface PlannedRun {
  definition: RunDefinition
  model: ModelInfo
  withMasks: boolean
  samples: number
}

export type BegunRun = RunInfo & { listed: ListedDataset }

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

export interface PendingSample {
  id: number
  file: SampleLocation
  mask: MaskLocation | null
  /** How the mask is read, null without one. */
  reading: MaskReading | null
  /** Class index of the label, null without one. */
  label: number | null
}
