/** What kept evaluations say: values are read where they lie, and resampled in the thread that asks. */
import { seeded } from '@headlight/explain/random'
import type { HeadSample, RunInfo, SampleRow } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { AblatedSample, HeadPlace } from '@shared/evaluation/ablation-summary'
import { resample } from '@shared/evaluation/bootstrap'
import { evaluateHeads, type HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { isCompared, type MapEvaluation } from '@shared/evaluation/map-evaluation'
import type { MetricId } from '@shared/evaluation/metrics'
import { summarise } from '@shared/evaluation/summarise'
import { ShortTurns } from '../../process/short-turns'
import type { Library } from '../compute-source'
import { type AskedEvaluation, AskedEvaluations } from './asked-evaluations'
import { keptEvaluation } from './evaluate-run'
import { mapsOf } from './evaluation-requests'
import { KeptAblation } from './kept-ablation'
import { KeptSummaries } from './kept-summaries'
import { pruningCurves, removalOrders } from './removal-orders'

/** The same resamples as on the command line, so that both say the same digits. */
const SEED = 15

interface HeldHeads {
  kind: HeadEvaluation['kind']
  places: readonly HeadPlace[]
  /** Of the filter: those asked for, and those that were measured with their rows. */
  asked: number
  rows: SampleRow[]
  samples: AblatedSample[]
  /** All measured samples of the evaluation, whatever the filter. */
  all: AblatedSample[]
  kept: KeptAblation
  withPruning: boolean
}

export class EvaluationSummaries {
  readonly #library: Library
  readonly #asked: AskedEvaluations
  readonly #summaries = new KeptSummaries()

  constructor(library: Library) {
    this.#library = library
    this.#asked = new AskedEvaluations(library)
  }

  /** Throws 'usage' where it is not finished, or is one of heads. */
  async maps(runId: number, id: number): Promise<MapEvaluation> {
    const [run, asked] = await this.#finished(runId, id)
    const { request } = asked
    if (request.what !== 'maps') throw new HeadlightError('usage', `Evaluation ${id} is one of heads.`)
    const rows = await this.#asked.rows(asked)
    const unreadable = new Set(asked.unreadable)
    const readable = rows.filter((row) => !unreadable.has(row.id))
    const { values, residual } = await keptEvaluation(mapsOf(run, rows, request), readable, this.#library)
    const n = readable.length
    const numbers = values.flatMap(({ methods }) => methods.map((method) => method.values))
    return this.#summaries.of(['maps', request, n, rows.length, residual], numbers, async () => {
      const defined = values.filter(({ methods }) => methods.some((of) => of.values.some((value) => !isNaN(value))))
      const missing = values.filter((each) => !defined.includes(each))
      const resamples = resample(n, seeded(SEED))
      const summary: MapEvaluation['summary'] = { n, metrics: {}, differences: {} }
      const turns = new ShortTurns()
      for (const each of defined) {
        const of = summarise(n, [each], resamples, isCompared)
        Object.assign(summary.metrics, of.metrics)
        Object.assign(summary.differences, of.differences)
        await turns.giveWay()
      }
      const undefinedMetrics = missing.map(({ metric }) => metric as MetricId)
      return { n, asked: rows.length, methods: request.methods, summary, undefinedMetrics, residual }
    })
  }

  /** Over those samples that match the filter. Throws 'usage' where it is not finished, or is one of maps. */
  async heads(runId: number, id: number, filter: string): Promise<HeadEvaluation> {
    const { kind, places, asked, rows, samples, all, kept, withPruning } = await this.#heads(runId, id, filter)
    const numbers = samples.flatMap(({ measures, without }) => [measures, without.logit, without.prediction])
    const key = ['heads', kind, withPruning, asked, rows.map((row) => row.id), rows.map(({ label }) => label)]
    return this.#summaries.of(key, numbers, async () => {
      const turns = new ShortTurns()
      const of = await evaluateHeads(kind, samples, places, resample(samples.length, seeded(SEED)), () =>
        turns.giveWay(),
      )
      const pruning =
        withPruning && samples.length > 0 ? await pruningCurves(kept, removalOrders(all, places), rows, samples) : {}
      return { ...of, asked, pruning }
    })
  }

  /** Samples of the filter that a head's absence changes most, the largest change of the logit first. */
  async headSamples(
    runId: number,
    id: number,
    filter: string,
    { layer, head, count }: HeadPlace & { count: number },
  ): Promise<HeadSample[]> {
    const { places, rows, samples } = await this.#heads(runId, id, filter)
    const at = places.findIndex((place) => place.layer === layer && place.head === head)
    if (at < 0) throw new HeadlightError('usage', `The model has no head ${layer}.${head}.`)
    return samples
      .map(({ unchanged, without }, index) => ({
        id: rows[index]!.id,
        logitLost: unchanged.logit - without.logit[at]!,
        probability: unchanged.probability,
        probabilityAfter: without.probability[at]!,
        prediction: unchanged.predicted,
        predictionAfter: without.prediction[at]!,
      }))
      .sort((a, b) => Math.abs(b.logitLost) - Math.abs(a.logitLost) || a.id - b.id)
      .slice(0, count)
  }

  async #heads(runId: number, id: number, filter: string): Promise<HeldHeads> {
    const [run, asked] = await this.#finished(runId, id)
    const { request } = asked
    if (request.what !== 'heads') throw new HeadlightError('usage', `Evaluation ${id} is one of maps.`)
    const kept = new KeptAblation(this.#library, run, request.kind)
    const unreadable = new Set(asked.unreadable)
    const all = await this.#asked.rows(asked)
    const measured = await kept.heads(all.filter((row) => !unreadable.has(row.id)))
    const wanted = await this.#matching(runId, filter)
    const isWanted = (row: SampleRow) => wanted === null || wanted.has(row.id)
    const chosen = measured.rows.flatMap((row, at) => (isWanted(row) ? [{ row, sample: measured.samples[at]! }] : []))
    return {
      ...{ kind: request.kind, withPruning: request.withPruning, places: kept.places, kept },
      asked: all.filter(isWanted).length,
      rows: chosen.map(({ row }) => row),
      samples: chosen.map(({ sample }) => sample),
      all: measured.samples,
    }
  }

  async #matching(runId: number, filter: string): Promise<Set<number> | null> {
    if (filter.trim() === '') return null
    const { ids } = await this.#library.samples.query({ runId, filter, sort: 'path', descending: false })
    return new Set(ids)
  }

  async #finished(runId: number, id: number): Promise<[RunInfo, AskedEvaluation]> {
    const [run, asked] = await Promise.all([this.#library.runs.get({ runId }), this.#asked.get(runId, id)])
    if (!asked.finished) throw new HeadlightError('usage', 'This evaluation is not finished; go on with it first.')
    return [run, asked]
  }
}
