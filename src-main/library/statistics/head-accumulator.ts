import { addSums, addWeights, noSums, type PackedHeads } from './head-sums'
import { addToPacked, BINS, binOf, type PackedCounts } from './histogram'

/** Weights that are collected before they are sorted into the histograms. */
const COLLECTED = 2 ** 17

/** Statistics of head weights over any number of samples, in memory that does not grow with them. */
export class HeadAccumulator {
  private readonly sums
  private packed: PackedCounts = new Uint8Array()
  /** One index into `[layers, heads, BINS]` a weight. */
  private collected: number[] = []

  /** Starts from nothing, or from what was stored before. */
  constructor(
    layers: number,
    private readonly heads: number,
    stored: PackedHeads | null = null,
  ) {
    this.sums = noSums(layers * heads)
    if (stored !== null) {
      addSums(this.sums, stored)
      this.packed = stored.histogram
    }
  }

  /** Adds one sample's weights `[layers, heads]`. */
  add(weights: Float64Array): void {
    addWeights(this.sums, weights, this.heads)
    for (let i = 0; i < weights.length; i += 1) this.collected.push(i * BINS + binOf(weights[i] ?? NaN))
    if (this.collected.length >= COLLECTED) this.sortIn()
  }

  pack(): PackedHeads {
    this.sortIn()
    return { ...this.sums, histogram: this.packed }
  }

  private sortIn(): void {
    this.packed = addToPacked(this.packed, new Uint32Array(this.collected).sort())
    this.collected = []
  }
}
