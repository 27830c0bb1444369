import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { rowWeights, splitByBlock, type Stretch } from '../columns/gather-weights'
import { BLOCK, slotOf } from '../columns/blocks'
import { type Norm, NO_WEIGHTS, type WeightBlock, weightBlockReader } from '../columns/weight-blocks'
import { BINS, binOf, codeOf, HIGHEST_CODE } from '../columns/weight-codes'

/** Memory of the histograms that are held at a time. */
const HELD_BYTES = 64 * 2 ** 20

/** What is known of every head of a layer and every group. Codes count as whole numbers, the highest as 2^24. */
export interface GroupSums {
  layer: number
  /** Samples with weights, and how often each head ranks first: `[groups]` and `[heads, groups]`. */
  counts: Uint32Array
  firsts: Uint32Array
  /** Sums of the codes and of their squares, `[heads, groups]`. */
  sums: Float64Array
  squares: Float64Array
  /** `[heads, groups, BINS]` */
  bins: Uint32Array
}

export interface GroupedSamples {
  /** Sample ids, rising. */
  ids: Uint32Array
  /** The group of each, from 0 on. */
  groupOf: Uint16Array
  groups: number
}

/** Whether to sum rather than to gather codes: groups are large, and their histograms fit in memory and mostly in caches. */
export function canSum(heads: number, groups: number, samples: number): boolean {
  return 2 * groups * BINS <= Math.max(samples, 2 * BINS) && 4 * groups * heads * BINS <= HELD_BYTES
}

/**
 * Sums of head weights by group, straight from the blocks: each is read once and never unpacked. Layer by layer, for
 * groups for which `canSum` holds. `stop` throws when nobody waits any more.
 */
export function* sumByGroup(
  cache: Database,
  run: RunInfo,
  norm: Norm,
  { ids, groupOf, groups }: GroupedSamples,
  stop: () => void,
): Generator<GroupSums> {
  const { layers, heads } = run.model
  const { dense, sparse } = splitByBlock(cache, run.id, ids)
  const readBlock = weightBlockReader(cache, run.id, norm)
  const readRow = rowWeights(cache, run, norm)
  const layersAtOnce = Math.max(1, Math.floor(HELD_BYTES / (4 * groups * heads * BINS)))
  const scratch: Slots = { slots: new Uint16Array(BLOCK), groups: new Uint16Array(BLOCK), length: 0 }

  for (let from = 0; from < layers; from += layersAtOnce) {
    const held = Array.from({ length: Math.min(layersAtOnce, layers - from) }, (_, i) =>
      noSums(from + i, heads, groups),
    )
    sparse.forEach((i, count) => {
      if (count % BLOCK === 0) stop()
      const row = readRow(ids[i]!)
      if (row !== null) for (const sums of held) addRow(sums, row, groupOf[i]!, heads, groups)
    })
    for (const stretch of dense) {
      stop()
      for (const sums of held) {
        const block = readBlock(stretch.block, sums.layer)
        if (block === null) continue
        chooseSlots(scratch, block, ids, groupOf, stretch)
        if (groups === 1) addBlock(sums, block, scratch, heads)
        else addGroupedBlock(sums, block, scratch, heads, groups)
      }
    }
    yield* held
  }
}

function noSums(layer: number, heads: number, groups: number): GroupSums {
  return {
    layer,
    counts: new Uint32Array(groups),
    firsts: new Uint32Array(heads * groups),
    sums: new Float64Array(heads * groups),
    squares: new Float64Array(heads * groups),
    bins: new Uint32Array(heads * groups * BINS),
  }
}

/** The samples of a block that have weights: their slots and groups. */
interface Slots {
  slots: Uint16Array
  groups: Uint16Array
  length: number
}

function chooseSlots(
  into: Slots,
  { first }: WeightBlock,
  ids: Uint32Array,
  groupOf: Uint16Array,
  { start, end }: Stretch,
): void {
  let n = 0
  for (let i = start; i < end; i++) {
    const slot = slotOf(ids[i]!)
    if (slot >= first.length || first[slot] === NO_WEIGHTS) continue
    into.slots[n] = slot
    into.groups[n] = groupOf[i]!
    n++
  }
  into.length = n
}

/** For a single group, whose sums stay in registers. */
function addBlock(sums: GroupSums, { first, high, low }: WeightBlock, { slots, length }: Slots, heads: number): void {
  sums.counts[0]! += length
  for (let i = 0; i < length; i++) {
    const head = first[slots[i]!]!
    sums.firsts[head]!++
  }
  for (let head = 0; head < heads; head++) {
    const from = head * first.length
    const bins = sums.bins.subarray(head * BINS, (head + 1) * BINS)
    let sum = 0
    let squares = 0
    for (let i = 0; i < length; i++) {
      const at = from + slots[i]!
      const code = (high[at]! << 8) | low[at]!
      const units = code === HIGHEST_CODE ? code + 1 : code
      sum += units
      squares += units * units
      const bin = binOf(code)
      bins[bin]!++
    }
    sums.sums[head]! += sum
    sums.squares[head]! += squares
  }
}

function addGroupedBlock(
  sums: GroupSums,
  { first, high, low }: WeightBlock,
  { slots, groups: groupOf, length }: Slots,
  heads: number,
  groups: number,
): void {
  for (let i = 0; i < length; i++) {
    const group = groupOf[i]!
    const at = first[slots[i]!]! * groups + group
    sums.counts[group]!++
    sums.firsts[at]!++
  }
  for (let head = 0; head < heads; head++) {
    const from = head * first.length
    for (let i = 0; i < length; i++) {
      const at = from + slots[i]!
      addCode(sums, head * groups + groupOf[i]!, (high[at]! << 8) | low[at]!)
    }
  }
}

function addRow(
  sums: GroupSums,
  { weights, firsts }: { weights: Float64Array; firsts: ArrayLike<number> },
  group: number,
  heads: number,
  groups: number,
): void {
  const first = firsts[sums.layer]! * groups + group
  sums.counts[group]!++
  sums.firsts[first]!++
  for (let head = 0; head < heads; head++) {
    addCode(sums, head * groups + group, codeOf(weights[sums.layer * heads + head]!))
  }
}

function addCode({ sums, squares, bins }: GroupSums, at: number, code: number): void {
  const units = code === HIGHEST_CODE ? code + 1 : code
  sums[at]! += units
  squares[at]! += units * units
  const bin = at * BINS + binOf(code)
  bins[bin]!++
}
