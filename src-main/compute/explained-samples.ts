/** A and G of the samples that were viewed last. This is not lru-cache, because entries share arrays, which are counted once. */
import { type ClassInputs, QUERY_SUREST } from '@headlight/explain/class-inputs'
import type { TargetQuestion } from './api'

export interface ExplainedSample {
  target: number
  /** AGAINST_NOTHING without a contrast. */
  against: number
  /** The mask that the class of a segmentation was explained over; left out for its own. */
  truth?: TargetQuestion['truth']
  /** The query of a detector that has the target's logit. */
  query?: number
  /** Its box as the model gives it, `[4]`. */
  box?: Float32Array
  /** `[classes]` */
  logits: Float32Array
  /** `[classes]`, where the graph gives them. */
  probabilities?: Float32Array
  /** `[L, H]` each. */
  headL1: Float32Array
  headL2: Float32Array
  headTaylor: Float32Array
  /** `[L, H, N, N]`; where layers have tokens of their own, an array a layer in the model's own layout. */
  attention: readonly Float32Array[]
  gradient: readonly Float32Array[]
}

type AskedOf = ClassInputs & Pick<TargetQuestion, 'truth'>

interface Entry {
  /** The picture, the model and how they meet. */
  key: string
  /** The target that was asked for, its marks as they are. */
  wanted: string
  sample: ExplainedSample
}

const BOUND_BYTES = 384e6

/**
 * Keeps what was computed last within a bound of memory; the last one always. Targets of one picture share its attention,
 * and a prediction is also found by its class.
 */
export class ExplainedSamples {
  /** Least recently used first. */
  #entries: Entry[] = []
  readonly #bound: number

  constructor(bound = BOUND_BYTES) {
    this.#bound = bound
  }

  get(key: string, target: AskedOf): ExplainedSample | null {
    const wanted = nameOf(target)
    return this.#used((entry) => entry.key === key && [entry.wanted, nameOf(entry.sample)].includes(wanted))
  }

  /** What is known about the picture for any target: its logits and attention. */
  any(key: string): ExplainedSample | null {
    return this.#used((entry) => entry.key === key)
  }

  add(key: string, target: AskedOf, sample: ExplainedSample): ExplainedSample {
    const attention = this.any(key)?.attention ?? sample.attention
    const added = { ...sample, attention }
    this.#entries.push({ key, wanted: nameOf(target), sample: added })
    while (this.#entries.length > 1 && this.bytes > this.#bound) this.#entries.shift()
    return added
  }

  get bytes(): number {
    const arrays = this.#entries.flatMap(({ sample }) => [...sample.attention, ...sample.gradient])
    return [...new Set(arrays)].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  #used(matches: (entry: Entry) => boolean): ExplainedSample | null {
    const found = this.#entries.findLast(matches)
    if (!found) return null
    this.#entries = [...this.#entries.filter((entry) => entry !== found), found]
    return found.sample
  }
}

function nameOf({ target, against, query = QUERY_SUREST, truth }: AskedOf): string {
  return `${target} ${against} ${query} ${truth === undefined ? '' : JSON.stringify(truth)}`
}
