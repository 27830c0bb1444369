/** Heads of a run's model switched off, one by one and in orders: what is not kept yet is measured, and kept after every call. */
import type { AblatedSample, HeadPlace, PruningCurve } from '@shared/evaluation/ablation-summary'
import type { SampleRow } from '@shared/api'
import type { EvaluationResult } from '../../compute/api'
import { openAblation } from './ablation-session'
import { GateSets } from './gate-sets'
import { withoutEachHead } from './head-gates'
import { type ComputeSession, inChunks } from './in-chunks'
import type { AblationOptions, AblationRequest } from './ablation-request'
import { KeptAblation } from './kept-ablation'
import { locateSamples, meanHeadOutputs } from './mean-head-outputs'
import { pruningCurves, removalOrders } from './removal-orders'

export interface Ablated {
  /** Samples that could be read, in their order. */
  rows: readonly SampleRow[]
  samples: AblatedSample[]
  places: readonly HeadPlace[]
  pruning: Record<string, PruningCurve>
  errors: EvaluationResult['errors']
}

/** Samples of one call: little is lost with a call. */
const CHUNK = 4

/** Throws what `ComputeApi.prepareAblation` throws, and 'cancelled' once the signal aborts; what was measured until then is kept. */
export async function ablateRun(request: AblationRequest, options: AblationOptions): Promise<Ablated> {
  const ablation = new Ablation(request, options)
  const { rows, samples } = await ablation.withoutEach()
  const { places, errors } = ablation
  const pruning = request.withPruning && samples.length > 0 ? await ablation.prune(rows, samples) : {}
  return { rows, samples, places, pruning, errors }
}

class Ablation {
  readonly errors: EvaluationResult['errors'] = []
  readonly #request: AblationRequest
  readonly #options: AblationOptions
  readonly #kept: KeptAblation
  #means: Float32Array[] | null = null

  constructor(request: AblationRequest, options: AblationOptions) {
    this.#request = request
    this.#options = options
    this.#kept = new KeptAblation(options.library, request.run, request.kind)
  }

  get places(): readonly HeadPlace[] {
    return this.#kept.places
  }

  /** Every head alone, for the samples that it was not done for. */
  async withoutEach(): Promise<{ rows: SampleRow[]; samples: AblatedSample[] }> {
    const { samples } = this.#request
    const gates = withoutEachHead(this.#request.run.model)
    const pending = await this.#kept.withoutHeads(samples)
    await this.#chunks('Every head switched off', pending, async (chunk, { api, id }) => {
      const inputs = await this.#inputs(chunk)
      const said = await api.headCriteria(id, inputs)
      const predicted = new Map([...said.ids].map((sampleId, at) => [sampleId, said.unchanged[at * 3]!]))
      const read = inputs.flatMap((input) => {
        const own = predicted.get(input.id)
        return own === undefined ? [] : [{ ...input, predicted: own }]
      })
      const off = await api.switchHeadsOff(id, read, gates, { signal: this.#options.signal })
      await this.#kept.keepHeads(said, off)
      this.errors.push(...said.errors, ...off.errors)
    })
    return this.#kept.heads(samples)
  }

  /** Curves of every criterion, of two random orders, and of the measured effect itself. */
  async prune(rows: readonly SampleRow[], samples: readonly AblatedSample[]): Promise<Record<string, PruningCurve>> {
    const orders = removalOrders(samples, this.places)
    const predicted = new Map(rows.map(({ id }, at) => [id, samples[at]!.unchanged.predicted]))
    const sets = new GateSets(Object.values(orders), this.#kept.indexes, this.#kept.size)
    await this.#chunks(
      'Heads removed one after the other',
      await this.#kept.withoutOrders(rows, Object.values(orders)),
      async (chunk, { api, id }) => {
        const inputs = (await this.#inputs(chunk)).map((input) => ({ ...input, predicted: predicted.get(input.id)! }))
        const { ids, probability, prediction, errors } = await api.switchHeadsOff(id, inputs, sets.gates, {
          signal: this.#options.signal,
        })
        const along = (order: readonly number[], values: ArrayLike<number>) => sets.along(order, values, ids.length)
        await this.#kept.keepOrders(
          ids,
          Object.values(orders).map((order) => ({
            order,
            probability: along(order, probability),
            prediction: along(order, prediction),
          })),
        )
        this.errors.push(...errors)
      },
    )
    return pruningCurves(this.#kept, orders, rows, samples)
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
    const session = await openAblation(run, this.#options)
    const { api, id } = session
    try {
      if (kind === 'mean') this.#means ??= await meanHeadOutputs(run, session, this.#options)
      await api.fillHeads(id, kind === 'mean' ? { kind, outputs: this.#means! } : { kind })
    } catch (error) {
      await api.close(id).catch(() => undefined)
      throw error
    }
    return session
  }

  async #inputs(rows: readonly SampleRow[]) {
    const ids = Uint32Array.from(rows, ({ id }) => id)
    return locateSamples(this.#options.library, this.#request.run.id, ids)
  }
}
