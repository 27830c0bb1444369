/** Evaluations that were asked for, as a project keeps them: which samples were chosen, and which of them could not be read. */
import { type EvaluationRequest, evaluationRequestSchema, type SampleRow } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { QuantityKey } from '../../library/quantities/quantities'
import type { Library } from '../compute-source'
import { chosenIds, rowsOf } from './chosen-samples'

export interface AskedEvaluation {
  id: number
  runId: number
  request: EvaluationRequest
  /** Chosen samples, in the order in which they are measured. */
  ids: Uint32Array
  /** Those that could not be read. */
  unreadable: Uint32Array
  finished: boolean
}

const VERSION = 1
/** Of a chosen sample its place among them; -1 less that where it could not be read. */
const CHOSEN = 'evaluation'
/** Without values: that it is there says it. */
const FINISHED = 'evaluation finished'

export class AskedEvaluations {
  readonly #library: Library

  constructor(library: Library) {
    this.#library = library
  }

  /** Of a run, the newest first. */
  async list(runId: number): Promise<AskedEvaluation[]> {
    const { quantities } = this.#library
    const [asked, finished] = await Promise.all(
      [CHOSEN, FINISHED].map((name) => quantities.list({ runId, name, version: VERSION })),
    )
    const ended = new Set(finished!.map(({ settings }) => JSON.stringify(settings)))
    const found = asked!.flatMap(({ id, settings }) => {
      const read = evaluationRequestSchema.safeParse(settings)
      return read.success ? [{ id, settings, request: read.data }] : []
    })
    const all = await Promise.all(
      found.map(async ({ id, settings, request }): Promise<AskedEvaluation> => {
        const { ids, values } = await quantities.whole({ runId, key: keyOf(CHOSEN, request) })
        const isRead = (at: number) => values[at]! >= 0
        const placeOf = (at: number) => (isRead(at) ? values[at]! : -1 - values[at]!)
        const order = [...ids.keys()].sort((a, b) => placeOf(a) - placeOf(b))
        return {
          ...{ id, runId, request },
          ids: Uint32Array.from(order, (at) => ids[at]!),
          unreadable: ids.filter((_, at) => !isRead(at)),
          finished: ended.has(JSON.stringify(settings)),
        }
      }),
    )
    return all.reverse()
  }

  /** Throws 'not-found' where the run has none of this number. */
  async get(runId: number, id: number): Promise<AskedEvaluation> {
    const found = (await this.list(runId)).find((each) => each.id === id)
    if (found === undefined) throw new HeadlightError('not-found', `Run ${runId} has no evaluation ${id}.`)
    return found
  }

  /** Chooses samples as they are now, in place of those that the same request chose before. Throws what `chosenIds` throws. */
  async ask(runId: number, request: EvaluationRequest): Promise<AskedEvaluation> {
    const ids = await chosenIds(this.#library, runId, request)
    const former = (await this.list(runId)).find((each) => isSame(each.request, request))
    if (former === undefined || !isSame([...former.ids], [...ids])) {
      await this.remove(runId, request)
      const key = keyOf(CHOSEN, request)
      await this.#library.quantities.write({ runId, written: [{ key, ids, values: Int32Array.from(ids.keys()) }] })
    }
    const asked = (await this.list(runId)).find((each) => isSame(each.request, request))
    return asked!
  }

  /** Rows of the chosen samples. */
  rows({ runId, ids }: AskedEvaluation, signal?: AbortSignal): Promise<SampleRow[]> {
    return rowsOf(this.#library, runId, ids, signal)
  }

  /** All of it was measured, but for the samples that could not be read. */
  async finish({ runId, request, ids }: AskedEvaluation, unreadable: ReadonlySet<number>): Promise<void> {
    const values = Int32Array.from(ids, (id, place) => (unreadable.has(id) ? -1 - place : place))
    await this.#library.quantities.write({
      runId,
      written: [
        { key: keyOf(CHOSEN, request), ids, values },
        { key: keyOf(FINISHED, request), ids: new Uint32Array(0), values: new Int32Array(0) },
      ],
    })
  }

  async remove(runId: number, request: EvaluationRequest): Promise<void> {
    for (const name of [CHOSEN, FINISHED]) await this.#library.quantities.remove({ runId, key: keyOf(name, request) })
  }
}

const keyOf = (name: string, request: EvaluationRequest): QuantityKey => ({
  name,
  version: VERSION,
  settings: { ...request },
})

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
