/**
 * Each head's attention from the read-out rows, summed up by label and correctness while a run goes on (METHODS). Sums
 * are whole numbers of units of 2^-30 in 64 bits, so that they do not depend on the order of samples, on how batches fell
 * or on which sums were merged first: bit for bit, up to eight thousand million samples.
 */
import { checkBlobs } from '../stored/result-checksums'
import { rowChecksum } from '../stored/row-checksum'
import type { Database } from 'better-sqlite3'
import type { HeadAttention, ModelInfo, RunInfo } from '@shared/api'
import { hasHead, headsInWords } from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'
import { addIntegers, BYTES, integersOf, noIntegers } from './integer-sums'

/** A mean is right to 2^-31. */
const UNITS = 2 ** 30
/** Attention is at most 1; a larger value is not attention and would leave the exact numbers of a batch. */
const HIGHEST = 2 ** 10
/** Above this, sums are kept by correctness alone: they are rewritten with every batch that touches them. */
const MAX_BYTES = 64 * 2 ** 20

type Shape = Pick<ModelInfo, 'layers' | 'heads' | 'grid' | 'classes'>

/** Whether the sums of every class, correct and wrong, fit in the bound. */
export function keepsSumsByClass({ layers, heads, grid, classes }: Shape): boolean {
  return classes * 2 * layers * heads * grid[0] * grid[1] * BYTES <= MAX_BYTES
}

interface Group {
  label: number
  outcome: number
  count: number
  /** What is to be added, in units of 2^-30, `[layers, heads, patches]`. */
  added: Float64Array
}

/** Adds the samples of a batch to the sums. Use inside the transaction that writes the samples' results. */
export class AttentionSums {
  readonly #groups = new Map<string, Group>()
  readonly #byClass: boolean
  readonly #cache: Database
  readonly #run: Pick<RunInfo, 'id' | 'model'>

  constructor(cache: Database, run: Pick<RunInfo, 'id' | 'model'>) {
    this.#cache = cache
    this.#run = run
    this.#byClass = keepsSumsByClass(run.model)
  }

  /** Adds one sample's `[layers, heads, patches]`; what is not finite or far too large is left out. */
  add(label: number | null, correct: number | null, attention: Float32Array | null): void {
    if (attention === null || !isAttention(attention)) return
    const group = this.#group(this.#byClass ? (label ?? -1) : -1, correct ?? -1)
    group.count++
    const { added } = group
    for (let i = 0; i < added.length; i++) added[i]! += Math.floor(attention[i]! * UNITS + 0.5)
  }

  write(): void {
    const { layers } = this.#run.model
    const read = this.#cache.prepare<
      [number, number, number, number],
      { count: number; sums: Buffer; checksum: number | null }
    >(`SELECT count, sums, checksum FROM attention_sum WHERE run_id = ? AND layer = ? AND label = ? AND outcome = ?`)
    const write = this.#cache.prepare(
      `INSERT OR REPLACE INTO attention_sum (run_id, layer, label, outcome, count, sums, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    for (const { label, outcome, count, added } of this.#groups.values()) {
      const size = added.length / layers
      for (let layer = 0; layer < layers; layer++) {
        const stored = read.get(this.#run.id, layer, label, outcome)
        if (stored) checkBlobs([stored.sums], stored.checksum, `the attention of layer ${layer}`)
        const sums = stored?.sums ?? noIntegers(size)
        addIntegers(sums, added.subarray(layer * size, (layer + 1) * size))
        write.run(this.#run.id, layer, label, outcome, (stored?.count ?? 0) + count, sums, rowChecksum([sums]))
      }
    }
    this.#groups.clear()
  }

  #group(label: number, outcome: number): Group {
    const key = `${label} ${outcome}`
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const { layers, heads, grid } = this.#run.model
    const made: Group = { label, outcome, count: 0, added: new Float64Array(layers * heads * grid[0] * grid[1]) }
    this.#groups.set(key, made)
    return made
  }
}

/** A sum is finite where all that it is made of is. */
function isAttention(attention: Float32Array): boolean {
  let sum = 0
  for (let i = 0; i < attention.length; i++) sum += Math.abs(attention[i]!)
  return sum <= HIGHEST * attention.length
}

interface StoredSums {
  label: number
  outcome: number
  count: number
  sums: Buffer
  checksum: number | null
}

/** The means of one head. Throws 'usage' for a head that the model does not have. */
export function readHeadAttention(
  cache: Database,
  { id, model }: Pick<RunInfo, 'id' | 'model'>,
  layer: number,
  head: number,
): HeadAttention {
  if (!hasHead(model, layer, head)) {
    throw new HeadlightError('usage', `The model has ${headsInWords(model)}, counted from 0.`)
  }
  const patches = model.grid[0] * model.grid[1]
  const bytes = patches * BYTES
  const read = cache.prepare<[number, number], StoredSums>(
    `SELECT label, outcome, count, sums, checksum FROM attention_sum
     WHERE run_id = ? AND layer = ? ORDER BY label, outcome`,
  )
  // A copy of the head's part: the rest of the layer is not kept.
  const groups = Array.from(read.iterate(id, layer), ({ sums, checksum, ...group }) => {
    checkBlobs([sums], checksum, `the attention of layer ${layer}`)
    return { ...group, sums: Buffer.from(sums.subarray(head * bytes, (head + 1) * bytes)) }
  })
  const means = new Float32Array(groups.length * patches)
  groups.forEach(({ count, sums }, g) => {
    integersOf(sums).forEach((sum, patch) => (means[g * patches + patch] = sum / UNITS / count))
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
