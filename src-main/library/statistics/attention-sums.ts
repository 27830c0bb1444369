/**
 * Each head's attention from the read-out rows, summed up by label and correctness while a run goes on (METHODS). Sums
 * are whole multiples of 2^-30, so that they do not depend on the order of samples or on how batches fell.
 */
import type { Database } from 'better-sqlite3'
import type { HeadAttention, ModelInfo, RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { float64, toBlob } from '../typed-blobs'

/** Sums of 2^-30 stay exact in 53 bits up to eight million samples; a mean is right to 2^-31. */
const UNITS = 2 ** 30
/** Above this, sums are kept by correctness alone: they are rewritten with every batch that touches them. */
const MOST_BYTES = 64 * 2 ** 20

type Shape = Pick<ModelInfo, 'layers' | 'heads' | 'grid' | 'classes'>

/** Whether the sums of every class, correct and wrong, fit in the bound. */
export function keepsSumsByClass({ layers, heads, grid, classes }: Shape): boolean {
  return classes * 2 * layers * heads * grid[0] * grid[1] * Float64Array.BYTES_PER_ELEMENT <= MOST_BYTES
}

interface Group {
  label: number
  outcome: number
  count: number
  /** In units of 2^-30, `[layers, heads, patches]`. */
  sums: Float64Array
}

/** Adds the samples of a batch to the sums. Use inside the transaction that writes the samples' results. */
export class AttentionSums {
  private readonly groups = new Map<string, Group>()
  private readonly byClass: boolean

  constructor(
    private readonly cache: Database,
    private readonly run: Pick<RunInfo, 'id' | 'model'>,
  ) {
    this.byClass = keepsSumsByClass(run.model)
  }

  /** Adds one sample's `[layers, heads, patches]`; attention that is not finite is left out. */
  add(label: number | null, correct: number | null, attention: Float32Array | null): void {
    if (attention === null || !isFinite(attention)) return
    const group = this.group(this.byClass ? (label ?? -1) : -1, correct ?? -1)
    group.count += 1
    const { sums } = group
    for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] ?? 0) + Math.floor((attention[i] ?? 0) * UNITS + 0.5)
  }

  write(): void {
    const { layers } = this.run.model
    const write = this.cache.prepare(
      `INSERT OR REPLACE INTO attention_sum (run_id, layer, label, outcome, count, sums) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    for (const { label, outcome, count, sums } of this.groups.values()) {
      const size = sums.length / layers
      for (let layer = 0; layer < layers; layer += 1) {
        const ofLayer = toBlob(sums.subarray(layer * size, (layer + 1) * size))
        write.run(this.run.id, layer, label, outcome, count, ofLayer)
      }
    }
  }

  private group(label: number, outcome: number): Group {
    const key = `${label} ${outcome}`
    const known = this.groups.get(key) ?? this.read(label, outcome)
    this.groups.set(key, known)
    return known
  }

  private read(label: number, outcome: number): Group {
    const { layers, heads, grid } = this.run.model
    const size = heads * grid[0] * grid[1]
    const group: Group = { label, outcome, count: 0, sums: new Float64Array(layers * size) }
    const stored = this.cache
      .prepare<[number, number, number], { layer: number; count: number; sums: Buffer }>(
        `SELECT layer, count, sums FROM attention_sum WHERE run_id = ? AND label = ? AND outcome = ?
         AND layer BETWEEN 0 AND ${layers - 1}`,
      )
      .iterate(this.run.id, label, outcome)
    for (const { layer, count, sums } of stored) {
      group.count = count
      group.sums.set(float64(sums), layer * size)
    }
    return group
  }
}

/** A sum is finite where all that it is made of is: attention is never so large that it overflows. */
function isFinite(attention: Float32Array): boolean {
  let sum = 0
  for (let i = 0; i < attention.length; i += 1) sum += attention[i] ?? NaN
  return Number.isFinite(sum)
}

/** The means of one head. Throws 'usage' for a head that the model does not have. */
export function readHeadAttention(
  cache: Database,
  { id, model }: Pick<RunInfo, 'id' | 'model'>,
  layer: number,
  head: number,
): HeadAttention {
  if (layer >= model.layers || head >= model.heads) {
    throw new HeadlightError('usage', `The model has ${model.layers} layers of ${model.heads} heads, counted from 0.`)
  }
  const patches = model.grid[0] * model.grid[1]
  const bytes = patches * Float64Array.BYTES_PER_ELEMENT
  const groups = cache
    .prepare<[number, number, number, number], { label: number; outcome: number; count: number; sums: Buffer }>(
      `SELECT label, outcome, count, substr(sums, ?, ?) AS sums FROM attention_sum
       WHERE run_id = ? AND layer = ? ORDER BY label, outcome`,
    )
    .all(head * bytes + 1, bytes, id, layer)
  const means = new Float32Array(groups.length * patches)
  groups.forEach(({ count, sums }, g) => {
    float64(sums).forEach((sum, patch) => (means[g * patches + patch] = sum / UNITS / count))
  })
  return {
    grid: model.grid,
    byClass: keepsSumsByClass(model),
    labels: Int32Array.from(groups, ({ label }) => label),
    outcomes: Int8Array.from(groups, ({ outcome }) => outcome),
    counts: Uint32Array.from(groups, ({ count }) => count),
    means,
  }
}
