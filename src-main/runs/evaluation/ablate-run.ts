/** Heads of a run's model switched off, one by one and in orders: what is not kept yet is measured, and kept after every call. */
import { headIndexes } from '@headlight/explain/report'
import { seeded } from '@headlight/explain/random'
import { meanOf } from '@shared/evaluation/agreement'
import {
  type AblatedSample,
  criteriaOfAll,
  effectsOf,
  type HeadPlace,
  type PruningCurve,
  pruningCurve,
} from '@shared/evaluation/ablation-summary'
import { MEASURES } from '@shared/evaluation/head-criteria'
import { ascending, shuffled } from '@shared/evaluation/pruning'
import type { RunInfo, SampleRow } from '@shared/api'
import type { EvaluationResult } from '../../compute/api'
import type { QuantityKey } from '../../library/quantities/quantities'
import type { Library } from '../compute-source'
import { choiceOfRun } from '../kept-class-vectors'
import { gatesOf, GateSets, interleaved } from './gate-sets'
import { type ComputeSession, inChunks } from './in-chunks'
import type { AblationOptions, AblationRequest } from './ablation-request'
import { locateSamples, meanHeadOutputs } from './mean-head-outputs'

export interface Ablated {
  /** Samples that could be read, in their order. */
  rows: readonly SampleRow[]
  samples: AblatedSample[]
  places: HeadPlace[]
  pruning: Record<string, PruningCurve>
  errors: EvaluationResult['errors']
}

/** Rises when what is measured under the same name and settings would come out otherwise. */
const VERSION = 1
const CHUNK = 4
const UNCHANGED = { name: 'unchanged prediction', version: VERSION, settings: {} }
const MEASURED = { name: 'head measures', version: VERSION, settings: {} }
/** Seeds of the two random orders. */
const RANDOM = { random1: 1, random2: 2 }

/** Throws what `ComputeApi.prepareAblation` throws, and 'cancelled' once the signal aborts; what was measured until then is kept. */
export async function ablateRun(request: AblationRequest, options: AblationOptions): Promise<Ablated> {
  const ablation = new Ablation(request, options)
  await ablation.withoutEach()
  const { rows, samples } = await ablation.read()
  const { places, errors } = ablation
  const pruning = request.withPruning && samples.length > 0 ? await ablation.prune(rows, samples) : {}
  return { rows, samples, places, pruning, errors }
}

class Ablation {
  readonly places: HeadPlace[]
  readonly errors: EvaluationResult['errors'] = []
  readonly #request: AblationRequest
  readonly #options: AblationOptions
  /** Where the heads that the model has stand in `[layers, heads]`. */
  readonly #indexes: number[]
  readonly #size: number
  #means: Float32Array[] | null = null

  constructor(request: AblationRequest, options: AblationOptions) {
    const { model } = request.run
    this.#request = request
    this.#options = options
    this.#indexes = headIndexes(model)
    this.#size = model.layers * model.heads
    this.places = this.#indexes.map((index) => ({ layer: Math.floor(index / model.heads), head: index % model.heads }))
  }

  /** Every head alone, for the samples that it was not done for. */
  async withoutEach(): Promise<void> {
    const { samples } = this.#request
    const gates = gatesOf(
      this.#indexes.map((index) => [index]),
      this.#size,
    )
    const pending = await this.#pending(samples, this.#withoutKey)
    await this.#chunks('Every head switched off', pending, async (chunk, { api, id }) => {
      const inputs = await this.#inputs(chunk)
      const said = await api.headCriteria(id, inputs)
      this.errors.push(...said.errors)
      const place = new Map([...said.ids].map((sampleId, at) => [sampleId, at]))
      const read = inputs
        .filter((input) => place.has(input.id))
        .map((input) => ({ ...input, predicted: said.unchanged[place.get(input.id)! * 3]! }))
      if (read.length === 0) return
      const off = await api.switchHeadsOff(id, read, gates, { signal: this.#options.signal })
      await this.#write([
        { kind: { ...UNCHANGED, type: 'float32', shape: [3] }, ids: said.ids, values: said.unchanged },
        { kind: { ...MEASURED, type: 'float32', shape: [MEASURES, this.#size] }, ids: said.ids, values: said.measures },
        {
          kind: { ...this.#withoutKey, type: 'float32', shape: [3, this.#indexes.length] },
          ids: off.ids,
          values: interleaved([off.logit, off.probability, off.prediction], off.ids.length),
        },
      ])
    })
  }

  /** What was measured, of those samples that could be read. */
  async read(): Promise<{ rows: SampleRow[]; samples: AblatedSample[] }> {
    const heads = this.#indexes.length
    const ids = Uint32Array.from(this.#request.samples, ({ id }) => id)
    const [unchanged, measures, without] = await Promise.all([
      this.#vectors(UNCHANGED, ids, 3),
      this.#vectors(MEASURED, ids, MEASURES * this.#size),
      this.#vectors(this.#withoutKey, ids, 3 * heads),
    ])
    const rows = this.#request.samples.filter(({ id }) => without.has(id))
    const samples = rows.map(({ id, label }): AblatedSample => {
      const [predicted, logit, probability] = unchanged.get(id)! as unknown as [number, number, number]
      const own = without.get(id)!
      const all = measures.get(id)!
      const places = Array.from({ length: MEASURES }, (_, measure) =>
        this.#indexes.map((index) => all[measure * this.#size + index]!),
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

  /** Curves of every criterion, of two random orders, and of the measured effect itself. */
  async prune(rows: readonly SampleRow[], samples: readonly AblatedSample[]): Promise<Record<string, PruningCurve>> {
    const orders = this.#orders(samples)
    const keys = Object.values(orders).map((order) => this.#pruningKey(order))
    const lacking = await Promise.all(keys.map((key) => this.#pending(rows, key)))
    const wanted = new Set(lacking.flat())
    const sets = new GateSets(Object.values(orders), this.#indexes, this.#size)
    await this.#chunks(
      'Heads removed one after the other',
      rows.filter((row) => wanted.has(row)),
      async (chunk, { api, id }) => {
        const inputs = await this.#inputs(chunk)
        const asked = inputs.map((input) => ({
          ...input,
          predicted: samples[rows.findIndex((row) => row.id === input.id)]!.unchanged.predicted,
        }))
        const off = await api.switchHeadsOff(id, asked, sets.gates, { signal: this.#options.signal })
        this.errors.push(...off.errors)
        await this.#write(
          Object.values(orders).map((order) => ({
            kind: { ...this.#pruningKey(order), type: 'float32' as const, shape: [2, order.length] },
            ids: off.ids,
            values: interleaved(
              [off.probability, off.prediction].map((values) => sets.along(order, values, off.ids.length)),
              off.ids.length,
            ),
          })),
        )
      },
    )
    const ids = Uint32Array.from(rows, ({ id }) => id)
    const curves: Record<string, PruningCurve> = {}
    for (const [criterion, order] of Object.entries(orders)) {
      const found = await this.#vectors(this.#pruningKey(order), ids, 2 * order.length)
      const at = rows.flatMap(({ id }, place) => (found.has(id) ? [place] : []))
      const predictions = at.map((place) =>
        Float32Array.of(samples[place]!.unchanged.predicted, ...found.get(rows[place]!.id)!.subarray(order.length)),
      )
      curves[criterion] = pruningCurve(
        at.map((place) => samples[place]!),
        predictions,
      )
    }
    return curves
  }

  /** By criterion, places of heads in the order in which they are removed. */
  #orders(samples: readonly AblatedSample[]): Record<string, number[]> {
    const heads = this.places.length
    const criteria = Object.entries(criteriaOfAll(samples, this.places))
    return Object.fromEntries([
      ...criteria.map(([criterion, values]) => [criterion, ascending(meanOf(values))] as const),
      ...Object.entries(RANDOM).map(([name, seed]) => [name, shuffled(heads, seeded(seed))] as const),
      ['ablation', ascending(meanOf(effectsOf(samples)))] as const,
    ])
  }

  get #withoutKey() {
    return { name: 'without each head', version: VERSION, settings: { kind: this.#request.kind } }
  }

  #pruningKey(order: readonly number[]) {
    return { name: 'heads removed', version: VERSION, settings: { kind: this.#request.kind, order } }
  }

  async #pending(rows: readonly SampleRow[], key: QuantityKey) {
    const ids = Uint32Array.from(rows, ({ id }) => id)
    const known = await this.#options.library.quantities.readVectors({ runId: this.#request.run.id, ids, key })
    const there = new Set(known.ids)
    return rows.filter(({ id }) => !there.has(id))
  }

  async #vectors(key: QuantityKey, ids: Uint32Array, size: number) {
    const found = await this.#options.library.quantities.readVectors({ runId: this.#request.run.id, ids, key })
    return new Map([...found.ids].map((id, at) => [id, found.values.subarray(at * size, (at + 1) * size)]))
  }

  async #write(written: Parameters<Library['quantities']['writeVectors']>[0]['written']): Promise<void> {
    await this.#options.library.quantities.writeVectors({ runId: this.#request.run.id, written })
  }

  async #chunks(
    phase: string,
    items: readonly SampleRow[],
    work: (chunk: readonly SampleRow[], session: ComputeSession) => Promise<void>,
  ): Promise<void> {
    const { onProgress, signal } = this.#options
    const total = this.#request.samples.length
    await inChunks({
      items,
      size: CHUNK,
      open: () => this.#open(),
      work: async (chunk, session) => work(chunk, await session()),
      onDone: (done, secondsLeft) => onProgress({ phase, done: total - items.length + done, total, secondsLeft }),
      signal,
    })
  }

  async #open(): Promise<ComputeSession> {
    const { run, kind } = this.#request
    const session = await openSession(run, this.#options)
    const { api, id } = session
    if (kind === 'mean')
      await api.fillHeads(id, { kind, outputs: (this.#means ??= await meanHeadOutputs(run, session, this.#options)) })
    else await api.fillHeads(id, { kind })
    return session
  }

  async #inputs(rows: readonly SampleRow[]) {
    const ids = Uint32Array.from(rows, ({ id }) => id)
    return locateSamples(this.#options.library, this.#request.run.id, ids)
  }
}

async function openSession(
  { definition, model }: RunInfo,
  { library, compute }: AblationOptions,
): Promise<ComputeSession> {
  const { modelPath, task, preprocessing, provider, precision, settings } = definition
  const choice = choiceOfRun(definition, (await library.project.current())?.path ?? null)
  const api = compute.acquire()
  const { session } = await api.prepareAblation({
    ...choice,
    ...{ modelPath, task, preprocessing, provider, precision, settings, expectedHash: model.hash },
  })
  return { api, id: session }
}
