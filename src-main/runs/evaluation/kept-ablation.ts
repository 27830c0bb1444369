/** What was measured of the heads of a run's samples, as it is kept: arrays by sample. */
import { headIndexes } from '@headlight/explain/report'
import type { AblatedSample, HeadFillKind, HeadPlace } from '@shared/evaluation/ablation-summary'
import { MEASURES } from '@shared/evaluation/head-criteria'
import type { RunInfo, SampleRow } from '@shared/api'
import { pagesOf } from '@shared/api/limits'
import type { AblatedSamples, HeadCriteria } from '../../compute/api'
import type { QuantityKey } from '../../library/quantities/quantities'
import type { Library } from '../compute-source'
import { interleaved } from './gate-sets'

/** Rises when what is measured under the same name and settings would come out otherwise. */
const VERSION = 1
const UNCHANGED = { name: 'unchanged prediction', version: VERSION, settings: {} }
const MEASURED = { name: 'head measures', version: VERSION, settings: {} }

export class KeptAblation {
  /** The heads that the model has. */
  readonly places: readonly HeadPlace[]
  /** Where they stand in `[layers, heads]`. */
  readonly indexes: readonly number[]
  /** layers * heads */
  readonly size: number
  readonly #quantities: Library['quantities']
  readonly #runId: number
  readonly #kind: HeadFillKind

  constructor({ quantities }: Library, { id, model }: RunInfo, kind: HeadFillKind) {
    const { layers, heads } = model
    this.indexes = headIndexes(model)
    this.places = this.indexes.map((index) => ({ layer: Math.floor(index / heads), head: index % heads }))
    this.size = layers * heads
    this.#quantities = quantities
    this.#runId = id
    this.#kind = kind
  }

  /** Samples that heads were not switched off for, one at a time. */
  async withoutHeads<Sample extends { id: number }>(samples: readonly Sample[]): Promise<Sample[]> {
    return this.#lacking(samples, this.#withoutKey)
  }

  async keepHeads(said: HeadCriteria, off: AblatedSamples): Promise<void> {
    await this.#quantities.writeVectors({
      runId: this.#runId,
      written: [
        { kind: { ...UNCHANGED, type: 'float32', shape: [3] }, ids: said.ids, values: said.unchanged },
        { kind: { ...MEASURED, type: 'float32', shape: [MEASURES, this.size] }, ids: said.ids, values: said.measures },
        {
          kind: { ...this.#withoutKey, type: 'float32', shape: [3, this.indexes.length] },
          ids: off.ids,
          values: interleaved([off.logit, off.probability, off.prediction], off.ids.length),
        },
      ],
    })
  }

  /** What was measured, of those samples that could be read. */
  async heads(all: readonly SampleRow[]): Promise<{ rows: SampleRow[]; samples: AblatedSample[] }> {
    const heads = this.indexes.length
    const [unchanged, measures, without] = await Promise.all([
      this.#vectors(UNCHANGED, all, 3),
      this.#vectors(MEASURED, all, MEASURES * this.size),
      this.#vectors(this.#withoutKey, all, 3 * heads),
    ])
    const rows = all.filter(({ id }) => without.has(id))
    const samples = rows.map(({ id, label }): AblatedSample => {
      const [predicted, logit, probability] = unchanged.get(id)! as unknown as [number, number, number]
      const own = without.get(id)!
      const measured = measures.get(id)!
      const places = Array.from({ length: MEASURES }, (_, measure) =>
        this.indexes.map((index) => measured[measure * this.size + index]!),
      )
      return {
        label,
        unchanged: { predicted, logit, probability },
        measures: Float32Array.from(places.flat()),
        without: {
          logit: own.subarray(0, heads),
          probability: own.subarray(heads, 2 * heads),
          prediction: own.subarray(2 * heads),
        },
      }
    })
    return { rows, samples }
  }

  /** Samples that heads were not removed for in every one of these orders. */
  async withoutOrders(rows: readonly SampleRow[], orders: readonly (readonly number[])[]): Promise<SampleRow[]> {
    const lacking = await Promise.all(orders.map((order) => this.#lacking(rows, this.#orderKey(order))))
    const wanted = new Set(lacking.flat())
    return rows.filter((row) => wanted.has(row))
  }

  /** @param removed by order, p of the predicted class and the prediction after each of its heads, `[ids, heads]` each */
  async keepOrders(
    ids: Uint32Array,
    removed: readonly { order: readonly number[]; probability: Float32Array; prediction: Float32Array }[],
  ): Promise<void> {
    await this.#quantities.writeVectors({
      runId: this.#runId,
      written: removed.map(({ order, probability, prediction }) => ({
        kind: { ...this.#orderKey(order), type: 'float32', shape: [2, order.length] },
        ids,
        values: interleaved([probability, prediction], ids.length),
      })),
    })
  }

  /** By sample, p of the predicted class and the prediction after each head of an order, `[heads]` each. */
  async order(
    rows: readonly SampleRow[],
    order: readonly number[],
  ): Promise<Map<number, { probability: Float32Array; prediction: Float32Array }>> {
    const found = await this.#vectors(this.#orderKey(order), rows, 2 * order.length)
    return new Map(
      [...found].map(([id, values]) => {
        const [probability, prediction] = [values.subarray(0, order.length), values.subarray(order.length)]
        return [id, { probability, prediction }]
      }),
    )
  }

  get #withoutKey(): QuantityKey {
    return { name: 'without each head', version: VERSION, settings: { kind: this.#kind } }
  }

  #orderKey(order: readonly number[]): QuantityKey {
    return { name: 'heads removed', version: VERSION, settings: { kind: this.#kind, order } }
  }

  async #lacking<Sample extends { id: number }>(samples: readonly Sample[], key: QuantityKey): Promise<Sample[]> {
    const there = new Set<number>()
    for await (const { ids } of this.#pages(key, samples)) for (const id of ids) there.add(id)
    return samples.filter(({ id }) => !there.has(id))
  }

  async #vectors(key: QuantityKey, rows: readonly SampleRow[], size: number): Promise<Map<number, Float32Array>> {
    const found = new Map<number, Float32Array>()
    for await (const { ids, values } of this.#pages(key, rows))
      ids.forEach((id, at) => found.set(id, values.subarray(at * size, (at + 1) * size)))
    return found
  }

  /** What is kept of samples, a page at a time: the rows of other windows are read in between. */
  async *#pages(key: QuantityKey, samples: readonly { id: number }[]) {
    for (const ids of pagesOf(Uint32Array.from(samples, ({ id }) => id)))
      yield this.#quantities.readVectors({ runId: this.#runId, ids, key })
  }
}
