import type {
  Agreement,
  AnnotationFacets,
  AnnotationFilePart,
  AnnotationMarks,
  Confusion,
  Facets,
  HeadAttention,
  HeadDifference,
  HeadGrouping,
  HeadNumber,
  HeadStatistics,
  LocalisationDifference,
  LocalisationScore,
  MapBatch,
  RunInfo,
  SampleAnnotations,
  SampleDetail,
  SampleIds,
  SampleRow,
  SortKey,
} from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { HeadlightError } from '@shared/errors'
import { readQuantity } from '@shared/quantities'
import { readAgreement } from '../annotations/agreement'
import { type AnnotationFlag, samplesNaming, samplesThat } from '../annotations/annotated-samples'
import { type AnnotationExport, exportAnnotations } from '../annotations/export-annotations'
import { countAnnotations } from '../annotations/facets'
import { readMarks } from '../annotations/marks'
import { findSamples } from '../annotations/sample-finder'
import { readSamples } from '../annotations/stored-annotation'
import type { TermKind } from '../annotations/terms'
import { ColumnStore } from '../columns/run-columns'
import type { ProjectFiles } from '../project/project-files'
import type { KnownQuantity, SampleVectors, WantedQuantity } from '../quantities/api'
import {
  findQuantity,
  listQuantities,
  type QuantityKey,
  type QuantityValues,
  readIfThere,
  readWhole,
} from '../quantities/quantities'
import { quantityColumn } from '../quantities/quantity-column'
import { findVector, readVectors } from '../quantities/vectors'
import {
  type OutcomeBlock,
  readColumnFacts,
  readOutcomeBlock,
  readScoreBlock,
  type RunColumnFacts,
  type ScoreBlock,
} from '../samples/result-blocks'
import type { SampleCondition } from '../samples/sample-condition'
import { readDetail, readLocalisation, readMaps } from '../samples/sample-results'
import { readRows } from '../samples/sample-rows'
import { readHeadAttention } from '../statistics/attention-sums'
import { countConfusion } from '../statistics/confusion'
import { headDifference } from '../statistics/head-difference'
import { headStatistics } from '../statistics/head-statistics'
import { localisationDifference } from '../statistics/localisation-difference'
import { fileFault } from '../upkeep/file-fault'
import { knownSamples } from '../upkeep/known-samples'
import { readStorageRows, type StorageRows } from '../upkeep/storage-rows'
import type { FilterContext } from './filter-context'
import { filterMask } from './filter-mask'
import { KeptAnswers } from './kept-answers'
import { maskedSamples } from './masked-samples'
import { countFacets, SampleLists } from './sample-lists'

/** Throws when nobody waits for the answer any more; called now and then during long work. */
export type Stop = () => void

/**
 * Every question about many samples at once, answered from columns. Reads only, one state of the database a question.
 * `run` is given with the question: run records are the writer's.
 */
export class Queries {
  readonly #store: ColumnStore
  readonly #lists = new SampleLists()
  readonly #answers = new KeptAnswers()
  readonly #files: ProjectFiles

  constructor(files: ProjectFiles) {
    this.#files = files
    this.#store = new ColumnStore(files.cache)
  }

  /** What is wrong with a file of the project, null for nothing; `alone` where no other connection may read it. */
  fileFault(stop: Stop, name: string, alone: boolean): string | null {
    return fileFault(this.#files, stop, name, alone)
  }

  knownSamples(_stop: Stop, datasetId: number): ReturnType<typeof knownSamples> {
    return knownSamples(this.#files, datasetId)
  }

  query(stop: Stop, run: RunInfo, filter: string, sort: SortKey, descending: boolean): SampleIds {
    return this.#asked(stop, run, (context) => this.#lists.list(context, filterMask(context, filter), sort, descending))
  }

  inTurn(stop: Stop, run: RunInfo, filter: string, limit: number | null): Uint32Array {
    return this.#asked(stop, run, (context) => this.#lists.inTurn(context, filterMask(context, filter), limit))
  }

  facets(stop: Stop, run: RunInfo, filter: string): Facets {
    return this.#asked(stop, run, (context) =>
      this.#answers.of(context.columns, filter, 'facets', () => countFacets(context, filterMask(context, filter))),
    )
  }

  annotationFacets(stop: Stop, run: RunInfo, filter: string): AnnotationFacets {
    return this.#asked(stop, run, (context) => countAnnotations(context, filterMask(context, filter)))
  }

  headStatistics(stop: Stop, run: RunInfo, by: HeadGrouping, filter: string, norm: HeadNumber): HeadStatistics {
    return this.#asked(stop, run, (context) =>
      this.#answers.of(context.columns, filter, `heads ${by} ${norm}`, () =>
        headStatistics(context, filterMask(context, filter), by, norm),
      ),
    )
  }

  headDifference(
    stop: Stop,
    run: RunInfo,
    filterA: string,
    filterB: string,
    norm: HeadNumber,
    stratified = false,
  ): HeadDifference {
    return this.#asked(stop, run, (context) =>
      headDifference(context, filterMask(context, filterA), filterMask(context, filterB), norm, stratified),
    )
  }

  confusion(stop: Stop, run: RunInfo, filter: string): Confusion {
    return this.#asked(stop, run, (context) => countConfusion(context, filterMask(context, filter)))
  }

  headAttention(_stop: Stop, run: RunInfo, layer: number, head: number): HeadAttention {
    return readHeadAttention(this.#files.cache, run, layer, head)
  }

  localisation(stop: Stop, run: RunInfo, filter: string): LocalisationScore[] {
    return this.#asked(stop, run, (context) => readLocalisation(this.#files, run, filteredSamples(context, filter)))
  }

  localisationDifference(
    stop: Stop,
    run: RunInfo,
    filterA: string,
    filterB: string,
    stratified: boolean,
  ): LocalisationDifference[] {
    return this.#asked(stop, run, (context) => {
      const groups = [filteredSamples(context, filterA), filteredSamples(context, filterB)] as const
      return localisationDifference(this.#files, run, groups, stratified, stop)
    })
  }

  rows(_stop: Stop, run: RunInfo, ids: Uint32Array): SampleRow[] {
    return readRows(this.#files, run.id, run.definition.labels, ids)
  }

  maps(_stop: Stop, run: RunInfo, ids: Uint32Array, method: MethodId): MapBatch {
    return readMaps(this.#files, run, ids, method)
  }

  detail(_stop: Stop, run: RunInfo, id: number): SampleDetail {
    return readDetail(this.#files, run, id)
  }

  scores(_stop: Stop, run: RunInfo, ids: Uint32Array): ScoreBlock {
    return readScoreBlock(this.#files, run, ids)
  }

  outcomes(_stop: Stop, run: RunInfo, ids: Uint32Array, topK: number): OutcomeBlock {
    return readOutcomeBlock(this.#files, run, ids, topK)
  }

  annotationsOf(_stop: Stop, ids: Uint32Array): SampleAnnotations[] {
    return readSamples(this.#files, ids)
  }

  marks(_stop: Stop, ids: Uint32Array): AnnotationMarks {
    return readMarks(this.#files, ids)
  }

  samplesNaming(_stop: Stop, kind: TermKind, names: readonly string[], after: number): { ids: Uint32Array } {
    return samplesNaming(this.#files, kind, names, after)
  }

  samplesThat(_stop: Stop, flag: AnnotationFlag): { ids: Uint32Array } {
    return { ids: Uint32Array.from(samplesThat(this.#files, flag)) }
  }

  findSamples(_stop: Stop, paths: readonly string[], hashes: readonly (string | null)[]): Float64Array {
    return findSamples(this.#files, paths, hashes)
  }

  agreement(_stop: Stop): Agreement {
    return readAgreement(this.#files)
  }

  exportAnnotations(stop: Stop, asked: AnnotationExport): AnnotationFilePart {
    const { part } = asked
    if (part === null) return exportAnnotations(this.#files, asked)
    return this.#asked(stop, part.run, (context) => {
      const mask = filterMask(context, part.filter)
      const { columns } = context
      return exportAnnotations(this.#files, asked, (sampleId) => {
        const index = columns.indexOf(sampleId)
        return index >= 0 && (mask === null || mask[index] === 1)
      })
    })
  }

  storageRows(_stop: Stop): StorageRows {
    return readStorageRows(this.#files)
  }

  /** Throws 'usage' where the run has none of one, or where there is no such quantity. */
  namedQuantities(stop: Stop, run: RunInfo, ids: Uint32Array, names: readonly string[]): Float32Array[] {
    const context = { files: this.#files, run, stop }
    return this.#files.cache.transaction(() =>
      names.map((name) => {
        const reference = readQuantity(name)
        if (reference === null) throw new HeadlightError('usage', `There is no quantity ${name}.`)
        return quantityColumn(context, reference, ids)
      }),
    )()
  }

  quantities(_stop: Stop, run: RunInfo, ids: Uint32Array, wanted: readonly WantedQuantity[]): QuantityValues[] {
    return this.#files.cache.transaction(() =>
      wanted.map(({ key, type }) => readIfThere(this.#files.cache, run.id, key, type, ids)),
    )()
  }

  quantityList(_stop: Stop, run: RunInfo, name: string, version: number): KnownQuantity[] {
    return listQuantities(this.#files.cache, run.id, name, version)
  }

  wholeQuantity(_stop: Stop, run: RunInfo, key: QuantityKey): { ids: Uint32Array; values: Int32Array } {
    return this.#files.cache.transaction(() => {
      const id = findQuantity(this.#files.cache, run.id, key)
      return id === null ? { ids: new Uint32Array(0), values: new Int32Array(0) } : readWhole(this.#files.cache, id)
    })()
  }

  vectors(_stop: Stop, run: RunInfo, ids: Uint32Array, key: QuantityKey): SampleVectors {
    return this.#files.cache.transaction(() => {
      const vector = findVector(this.#files.cache, run.id, key)
      if (vector === null) return { ids: new Uint32Array(0), values: new Float32Array(0) }
      return readVectors(this.#files.cache, vector, ids)
    })()
  }

  columnFacts(_stop: Stop, run: RunInfo): RunColumnFacts {
    return readColumnFacts(this.#files, run)
  }

  #asked<Answer>(stop: Stop, run: RunInfo, answer: (context: FilterContext) => Answer): Answer {
    const files = this.#files
    return files.cache.transaction(() => answer({ files, run, columns: this.#store.of(run.id), stop }))()
  }
}

function filteredSamples(context: FilterContext, filter: string): SampleCondition {
  return maskedSamples(context.run.id, context.columns, filterMask(context, filter))
}

/** What can be asked from another thread. */
export type QueryName = Exclude<keyof Queries, 'constructor'>
export type QueryArguments<Name extends QueryName> =
  Parameters<Queries[Name]> extends [Stop, ...infer Rest] ? Rest : never
export type QueryAnswer<Name extends QueryName> = ReturnType<Queries[Name]>
