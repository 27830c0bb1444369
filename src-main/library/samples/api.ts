import type { Facets, MapBatch, SampleDetail, SampleIds, SampleQuery, SampleRow } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import type { MaskReading } from '@shared/masks'
import type { MaskLocation, SampleLocation } from '../../datasets/location'
import type { Abortable } from '../../process'
import type { OutcomeBlock, RunColumnFacts, ScoreBlock } from './result-blocks'

/** Samples of a run, and what was computed of them. */
export interface SamplesApi {
  query(input: SampleQuery, options?: Abortable): Promise<SampleIds>
  facets(input: { runId: number; filter: string }, options?: Abortable): Promise<Facets>
  rows(input: SomeSamples): Promise<SampleRow[]>
  maps(input: SomeSamples & { method: MethodId }): Promise<MapBatch>
  detail(input: OneSample): Promise<SampleDetail>
  /** Ids of the samples of a filter by path, at most `limit`: the first of every label, then the second of every label, and so on. */
  inTurn(input: { runId: number; filter: string; limit: number | null }, options?: Abortable): Promise<Uint32Array>
  /** What tables of the run's results have for columns. */
  columnFacts(input: { runId: number }, options?: Abortable): Promise<RunColumnFacts>
  /** Quantities of samples by their names in filters, one an id each, NaN for none. Throws 'usage' where the run has none of one. */
  quantities(input: SomeSamples & { names: string[] }, options?: Abortable): Promise<Float32Array[]>
  /** Head scores of those of the samples that have them. */
  scores(input: SomeSamples): Promise<ScoreBlock>
  /** Targets, top classes and metadata; `topK` as `columnFacts` says. */
  outcomes(input: SomeSamples & { topK: number }): Promise<OutcomeBlock>
  /** Where a sample's image and mask lie, the image only ever inside the dataset of the run. */
  file(input: OneSample): Promise<SampleFiles>
  /** Longer side of `size` pixels. */
  thumbnail(input: OneSample & { size: number }): Promise<Uint8Array>
  /** Ids of the samples at these paths, relative to the dataset; null for a path that the run does not have. */
  idsOfPaths(input: { runId: number; paths: string[] }): Promise<(number | null)[]>
  /** The sample of this path, relative to its dataset or whole; the newest dataset's. 'not-found'. */
  find(input: { path: string }): Promise<number>
}

export interface OneSample {
  runId: number
  id: number
}

export interface SomeSamples {
  runId: number
  ids: Uint32Array
}

/** Where a sample's image and mask lie, and how the mask is read. */
export interface SampleFiles {
  file: SampleLocation
  mask: MaskLocation | null
  reading: MaskReading | null
}
