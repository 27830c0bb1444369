import { createHash } from 'node:crypto'
import type { RunInfo } from '@shared/api'
import type { BatchResult } from '@shared/batch-result'
import { normals, seeded } from '@headlight/explain/random'

const TOP_K = 5
const TABLE = 2 ** 16

/** Results as varied as real ones, made up quickly: numbers come from a table of random ones, read from random places. */
export class LikelyResults {
  readonly #run: RunInfo
  readonly #labelOf: (index: number) => number
  /** Log-normal, as head scores and relevance roughly are. */
  readonly #table: Float32Array
  /** What each head weighs usually, `[layers, heads]`. */
  readonly #typicalScores: Float32Array
  readonly #random = seeded(7)

  constructor(run: RunInfo, labelOf: (index: number) => number) {
    this.#run = run
    this.#labelOf = labelOf

    this.#table = normals(TABLE, seeded(1)).map((value) => Math.exp(value / 2))
    this.#typicalScores = normals(run.model.layers * run.model.heads, seeded(2)).map((value) => Math.exp(value / 3))
  }

  /** Of the samples with these ids; `first` is the index of the first of them. */
  batch(ids: readonly number[], first: number): BatchResult {
    const { layers, heads, grid, classes } = this.#run.model
    const n = ids.length
    const prediction = Int32Array.from(ids, (_, i) => {
      return this.#random() < 0.8 ? this.#labelOf(first + i) : Math.floor(this.#random() * classes)
    })
    // Right predictions are surer; four decimals and more of them differ.
    const confidence = Float32Array.from(prediction, (predicted, i) => {
      const sure = this.#random() ** (predicted === this.#labelOf(first + i) ? 0.25 : 1.2)
      return 0.02 + 0.98 * sure
    })
    const top = <Values extends Int32Array | Float32Array>(values: Values, at: (i: number, k: number) => number) => {
      for (let i = 0; i < values.length; i++) values[i] = at(Math.floor(i / TOP_K), i % TOP_K)
      return values
    }
    return {
      ids: Uint32Array.from(ids),
      width: new Uint32Array(n).fill(500),
      height: new Uint32Array(n).fill(375),
      bytes: new Float64Array(n).fill(110_000),
      hash: ids.map((id) => createHash('sha256').update(String(id)).digest('hex')),
      prediction,
      target: prediction,
      topK: TOP_K,
      topClass: top(new Int32Array(n * TOP_K), (i, k) => (prediction[i]! + k * 7) % classes),
      topLogit: top(new Float32Array(n * TOP_K), (i, k) => 9 * confidence[i]! - k),
      topProbability: top(new Float32Array(n * TOP_K), (i, k) => (k === 0 ? confidence[i]! : 0.01 / k)),
      layers,
      heads,
      grid,
      headL1: this.#values(n, layers * heads, this.#typicalScores),
      headL2: this.#values(n, layers * heads, this.#typicalScores),
      headTaylor: this.#values(n, layers * heads, null).map((value) => (this.#random() < 0.3 ? -value : value)),
      attention: null,
      maps: this.#run.definition.methods.map((method) => ({
        method,
        values: this.#values(n, grid[0] * grid[1], null),
      })),
      localisation: [],
      unmeasured: [],
      errors: [],
      timing: { decodeMs: 0, inferMs: 0 },
    }
  }

  #values(n: number, size: number, typicalScores: Float32Array | null): Float32Array {
    const values = new Float32Array(n * size)
    for (let i = 0; i < n; i++) {
      const from = Math.floor(this.#random() * TABLE)
      const step = 1 + 2 * Math.floor(this.#random() * 1000)
      for (let j = 0; j < size; j++) {
        values[i * size + j] = this.#table[(from + j * step) % TABLE]! * (typicalScores?.[j] ?? 1 / size)
      }
    }
    return values
  }
}
