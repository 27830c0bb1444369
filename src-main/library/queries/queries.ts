import type {
  AnnotationFacets,
  Confusion,
  Facets,
  HeadAttention,
  HeadDifference,
  HeadStatistics,
  LocalisationDifference,
  LocalisationScore,
  RunInfo,
  SampleIds,
  SortKey,
} from '@shared/api'
import { countAnnotations } from '../annotations/facets'
import { ColumnStore } from '../columns/run-columns'
import type { Norm } from '../columns/weight-blocks'
import type { ProjectFiles } from '../project/project'
import { readColumnFacts, type RunColumnFacts } from '../samples/result-blocks'
import { readLocalisation } from '../samples/sample-results'
import { readHeadAttention } from '../statistics/attention-sums'
import { countConfusion } from '../statistics/confusion'
import { headDifference } from '../statistics/head-difference'
import { type Grouping, headStatistics } from '../statistics/head-statistics'
import { localisationDifference } from '../statistics/localisation-difference'
import { type FilterContext, filterMask } from './filter-mask'
import { KeptAnswers } from './kept-answers'
import { countFacets, SampleLists } from './sample-lists'

/** Throws when nobody waits for the answer any more; called now and then during long work. */
export type Stop = () => void

/**
 * Every question about many samples at once, answered from columns. Reads only, one state of the database a question.
 * `run` is given with the question: run records are the writer's.
 */
export class Queries {
  private readonly store: ColumnStore
  private readonly lists = new SampleLists()
  private readonly answers = new KeptAnswers()

  constructor(private readonly files: ProjectFiles) {
    this.store = new ColumnStore(files.cache)
  }

  query(stop: Stop, run: RunInfo, filter: string, sort: SortKey, descending: boolean): SampleIds {
    return this.asked(stop, run, (context) => this.lists.list(context, filterMask(context, filter), sort, descending))
  }

  facets(stop: Stop, run: RunInfo, filter: string): Facets {
    return this.asked(stop, run, (context) =>
      this.answers.of(context.columns, filter, 'facets', () =>
        countFacets(run, context.columns, filterMask(context, filter)),
      ),
    )
  }

  annotationFacets(stop: Stop, run: RunInfo, filter: string): AnnotationFacets {
    return this.asked(stop, run, (context) => countAnnotations(context, filterMask(context, filter)))
  }

  headStatistics(stop: Stop, run: RunInfo, by: Grouping, filter: string, norm: Norm): HeadStatistics {
    return this.asked(stop, run, (context) =>
      this.answers.of(context.columns, filter, `heads ${by} ${norm}`, () =>
        headStatistics(context, filterMask(context, filter), by, norm),
      ),
    )
  }

  headDifference(
    stop: Stop,
    run: RunInfo,
    filterA: string,
    filterB: string,
    norm: Norm,
    stratified = false,
  ): HeadDifference {
    return this.asked(stop, run, (context) =>
      headDifference(context, filterMask(context, filterA), filterMask(context, filterB), norm, stratified),
    )
  }

  confusion(stop: Stop, run: RunInfo, filter: string): Confusion {
    return this.asked(stop, run, (context) => countConfusion(run, context.columns, filterMask(context, filter)))
  }

  headAttention(_stop: Stop, run: RunInfo, layer: number, head: number): HeadAttention {
    return readHeadAttention(this.files.cache, run, layer, head)
  }

  localisation(_stop: Stop, run: RunInfo, filter: string): LocalisationScore[] {
    return readLocalisation(this.files, run, filter)
  }

  localisationDifference(
    stop: Stop,
    run: RunInfo,
    filterA: string,
    filterB: string,
    stratified: boolean,
  ): LocalisationDifference[] {
    return localisationDifference(this.files, run, [filterA, filterB], stratified, stop)
  }

  columnFacts(_stop: Stop, run: RunInfo): RunColumnFacts {
    return readColumnFacts(this.files, run)
  }

  private asked<Answer>(stop: Stop, run: RunInfo, answer: (context: FilterContext) => Answer): Answer {
    const { files } = this
    return files.cache.transaction(() => answer({ files, run, columns: this.store.of(run.id), stop }))()
  }
}

/** What can be asked from another thread. */
export type QueryName = Exclude<keyof Queries, 'constructor'>
export type QueryArguments<Name extends QueryName> =
  Parameters<Queries[Name]> extends [Stop, ...infer Rest] ? Rest : never
export type QueryAnswer<Name extends QueryName> = ReturnType<Queries[Name]>
