import { headIndexes } from '@headlight/explain/report'
import type { CallInput, RunInfo, SampleRow, WithoutHeads, WithoutHeadsAnswer } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { openAblation } from '../runs/evaluation/ablation-session'
import { chosenSamples } from '../runs/evaluation/chosen-samples'
import type { ComputeSession } from '../runs/evaluation/in-chunks'
import { gatesOf } from '../runs/evaluation/gate-sets'
import { locateSamples } from '../runs/evaluation/mean-head-outputs'
import type { ComputeSource, Library } from '../runs/compute-source'

type Question = CallInput<'evaluations.withoutHeads'>

/** How long a model stays loaded for the next choice of heads, in milliseconds. */
const STAYS_MS = 60_000
/** Images of one call of the compute process: others have their turn in between. */
const CHUNK = 4

interface Opened {
  key: string
  session: ComputeSession
}

/** Heads switched off by hand: the model stays loaded for a while, since one choice follows the other. */
export class HeadsByHand {
  readonly #library: Library
  readonly #compute: ComputeSource
  #opened: Opened | null = null
  #timer: NodeJS.Timeout | null = null
  /** Questions go one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(library: Library, compute: ComputeSource) {
    this.#library = library
    this.#compute = compute
  }

  /** Throws 'usage' for a head that the model has not, and what `ComputeApi.prepareAblation` throws. */
  answer(question: Question, signal?: AbortSignal): Promise<WithoutHeadsAnswer> {
    const answered = this.#turn.then(async () => {
      signal?.throwIfAborted()
      return this.#answer(question, signal)
    })
    // The caller gets the error; the next question is answered in any case.
    this.#turn = answered.catch(() => undefined)
    return answered
  }

  /** Gives the model back; its project is about to close. */
  async close(): Promise<void> {
    await this.#turn
    await this.#release()
  }

  async #answer({ runId, heads, kind, images }: Question, signal?: AbortSignal): Promise<WithoutHeadsAnswer> {
    const run = await this.#library.runs.get({ runId })
    const gates = gatesFor(run, heads)
    const rows =
      'id' in images
        ? await this.#library.samples.rows({ runId, ids: Uint32Array.of(images.id) })
        : await chosenSamples(this.#library, runId, images, signal)
    const session = await this.#session(run, kind)
    try {
      const found: WithoutHeads[] = []
      for (let at = 0; at < rows.length; at += CHUNK) {
        found.push(...(await this.#predictions(run, session, rows.slice(at, at + CHUNK), gates, signal)))
      }
      return { images: found, unreadable: rows.length - found.length }
    } catch (error) {
      if (!signal?.aborted) await this.#release()
      throw error
    } finally {
      this.#timer = setTimeout(() => void this.close(), STAYS_MS).unref()
    }
  }

  /** Both predictions need p of both classes: the second is known after the first pass only. */
  async #predictions(
    run: RunInfo,
    { api, id }: ComputeSession,
    rows: readonly SampleRow[],
    gates: Uint8Array,
    signal?: AbortSignal,
  ): Promise<WithoutHeads[]> {
    const inputs = await locateSamples(
      this.#library,
      run.id,
      Uint32Array.from(rows, (row) => row.id),
    )
    const none = await api.switchHeadsOff(id, withClass(inputs, new Map()), gates, { signal })
    const classesOf = (set: 0 | 1) => new Map([...none.ids].map((each, at) => [each, none.prediction[at * 2 + set]!]))
    const [before, after] = [classesOf(0), classesOf(1)]
    const read = inputs.filter((input) => before.has(input.id))
    if (read.length === 0) return []
    const first = await api.switchHeadsOff(id, withClass(read, before), gates, { signal })
    const second = await api.switchHeadsOff(id, withClass(read, after), gates, { signal })
    return Array.from(first.ids, (sample, at) => ({
      id: sample,
      before: {
        prediction: before.get(sample)!,
        probability: first.probability[at * 2]!,
        probabilityAfter: first.probability[at * 2 + 1]!,
      },
      after: {
        prediction: after.get(sample)!,
        probability: second.probability[at * 2 + 1]!,
        probabilityBefore: second.probability[at * 2]!,
      },
      logitLost: first.logit[at * 2]! - first.logit[at * 2 + 1]!,
    }))
  }

  async #session(run: RunInfo, kind: Question['kind']): Promise<ComputeSession> {
    if (this.#timer) clearTimeout(this.#timer)
    const project = await this.#library.project.current()
    const key = JSON.stringify([project?.path, run.id, kind])
    if (this.#opened?.key === key) return this.#opened.session
    await this.#release()
    const session = await openAblation(run, { library: this.#library, compute: this.#compute })
    this.#opened = { key, session }
    await session.api.fillHeads(session.id, { kind })
    return session
  }

  async #release(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    const opened = this.#opened
    this.#opened = null
    // One whose process died is gone already.
    await opened?.session.api.close(opened.session.id).catch(() => undefined)
  }
}

/** Two sets: every head as it is, and these switched off. */
function gatesFor({ model }: RunInfo, heads: Question['heads']): Uint8Array {
  const known = new Set(headIndexes(model))
  const off = heads.map(({ layer, head }) => {
    const index = layer * model.heads + head
    if (head >= model.heads || !known.has(index))
      throw new HeadlightError('usage', `The model has no head ${layer}.${head}.`)
    return index
  })
  return gatesOf([[], off], model.layers * model.heads)
}

function withClass<Input extends { id: number }>(inputs: readonly Input[], classes: ReadonlyMap<number, number>) {
  return inputs.map((input) => ({ ...input, predicted: classes.get(input.id) ?? 0 }))
}
