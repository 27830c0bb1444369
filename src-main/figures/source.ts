import type {
  Detection,
  HeadDifference,
  HeadGrouping,
  HeadStatistics,
  LocalisationScore,
  RunInfo,
  SampleRow,
  TargetPolicy,
} from '@shared/api'
import type { Selection } from '@shared/figure/recipe'
import type { MethodId } from '@headlight/explain/methods'

type Norm = 'l1' | 'l2'

/** A map over the patches: `values` are raw, `[rows * columns]`, row-major. */
export interface PatchMap {
  grid: [number, number]
  values: Float32Array
  /** Of a detector, for a map that was computed for a target of its own: the query that is explained. */
  detection?: Detection
}

/** Counts of samples by label and prediction: `counts[label * classes + prediction]`. */
export interface ConfusionCounts {
  classes: number
  /** `[rows, classes]` */
  counts: Uint32Array
  /** Names of the rows where they are labels of the dataset; null where they are the classes. */
  labels: string[] | null
}

/** Where a figure's data come from: the results of one project. */
export interface FigureSource {
  /** The run of this name or number; without one, the project's only run. Throws 'usage' where that is not clear. */
  run(name?: string): Promise<RunInfo>
  /** Throws 'not-found' for a path that the run does not have. */
  samples(run: RunInfo, selection: Selection): Promise<SampleRow[]>
  /** What the model saw of a sample, encoded. */
  picture(run: RunInfo, id: number): Promise<Uint8Array>
  /** Null where the run has no such map of the sample. */
  map(run: RunInfo, id: number, method: MethodId): Promise<PatchMap | null>
  /**
   * The map for any target, or of a method that the run did not compute, with the run's settings. Throws 'no-label' and
   * 'no-contrast' where the sample has no such explanation.
   */
  explainedMap(run: RunInfo, id: number, method: MethodId, target: TargetPolicy): Promise<PatchMap>
  /** Attention of one head from a patch; null: from the read-out token. */
  attention(run: RunInfo, id: number, layer: number, head: number, patch: number | null): Promise<PatchMap>
  /** The sample's mask as the model's input would see it, encoded; null without one. */
  mask(run: RunInfo, id: number): Promise<Uint8Array | null>
  heads(run: RunInfo, by: HeadGrouping, filter: string, norm: Norm): Promise<HeadStatistics>
  difference(run: RunInfo, filterA: string, filterB: string, norm: Norm, stratified: boolean): Promise<HeadDifference>
  confusion(run: RunInfo, filter: string, rows: 'class' | 'label'): Promise<ConfusionCounts>
  localisation(run: RunInfo, filter: string): Promise<LocalisationScore[]>
}
