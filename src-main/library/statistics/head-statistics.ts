import type { HeadGroup, HeadGrouping, HeadNumber, HeadStatistics, RunInfo } from '@shared/api'
import { headsOf } from '@headlight/explain/report'
import { gatherWeights, NO_FIRST } from '../columns/gather-weights'
import type { RunColumns } from '../columns/run-columns'
import { BINS, binOf, HIGHEST_CODE } from '../columns/weight-codes'
import type { FilterContext } from '../queries/filter-context'
import { inNaturalOrder, namesOf } from '../samples/name-codes'
import { className } from '../samples/sample-rows'
import { canSum, type GroupSums, sumByGroup } from './group-sums'
import { gatherTaylor } from './gather-taylor'
import { placedByKey } from './placed-by-key'
import { QUANTILES, quantilesOf } from './quantiles'
import { addTaylor } from './taylor-group'

/** Samples of one group: a stretch of the places of a selection. */
interface Stretch {
  key: number
  start: number
  end: number
}

/** Codes count in units of this weight. */
const UNIT = 1 / (HIGHEST_CODE + 1)

/**
 * Statistics of head weights, or of sum A o G, by group, over the done samples that pass. Weights are right to 2^-24, bins of quantiles
 * exact; all are 0 for heads that a layer has not. Groups in order of class or name, wrong before correct; groups without weights are left out.
 */
export function headStatistics(
  { files, run, columns, stop }: FilterContext,
  mask: Uint8Array | null,
  by: HeadGrouping,
  norm: HeadNumber,
): HeadStatistics {
  const { layers, heads, layerHeads } = run.model
  const { ids, keys } = selectSamples(columns, mask, by)
  const { places, starts } = placedByKey(keys)
  const names = by === 'label' || by === 'split' ? namesOf(files.cache, NAME_LISTS[by]) : null
  const groups = starts.map(({ key }) => emptyGroup(run, by, key, names))
  if (norm === 'taylor') {
    for (const { layer, values } of gatherTaylor(files.cache, run, { ids, places }, stop)) {
      const own = headsOf(run.model, layer)
      const ofLayer = { values: values.subarray(0, own * ids.length), heads: own, first: layer * heads }
      starts.forEach((stretch, g) => {
        stop()
        addTaylor(groups[g]!, ofLayer, stretch)
      })
    }
  } else if (canSum(heads, groups.length, ids.length)) {
    const index = new Map(starts.map(({ key }, g) => [key, g]))
    const groupOf = Uint16Array.from(keys, (key) => index.get(key)!)
    const samples = { ids, groupOf, groups: groups.length }
    for (const sums of sumByGroup(files.cache, run, norm, samples, stop)) {
      stop()
      groups.forEach((group, g) => addSums(group, sums, heads, g, groups.length))
    }
  } else {
    for (const { layer, codes, firsts } of gatherWeights(files.cache, run, norm, { ids, places }, stop)) {
      const bins = new Uint32Array(BINS)
      starts.forEach((stretch, g) => {
        const group = groups[g]
        if (group === undefined) return
        stop()
        addFirsts(group, layer * heads, firsts, stretch)
        for (let head = 0; head < heads; head++) {
          const ofHead = codes.subarray(head * ids.length + stretch.start, head * ids.length + stretch.end)
          addHead(group, layer * heads + head, ofHead, firsts.subarray(stretch.start, stretch.end), bins)
        }
      })
    }
  }
  const found = groups.filter(({ count }) => count > 0)
  return {
    layers,
    heads,
    ...(layerHeads && { layerHeads }),
    norm,
    groups: names === null ? found : inOrderOfNames(found),
  }
}

/** The ids of the samples that pass and belong to a group, in rising order, and the group of each. */
function selectSamples(columns: RunColumns, mask: Uint8Array | null, by: HeadGrouping) {
  const { label, datasetLabel, split, prediction, correct } = columns
  const grouping = { all: null, class: label, label: datasetLabel, split, prediction, correct }[by]
  const picked = new Uint32Array(columns.ids.length)
  let n = 0
  for (let i = 0; i < picked.length; i++) {
    if (columns.state[i] !== 1 || (mask !== null && mask[i] !== 1)) continue
    if (grouping !== null && grouping[i]! < 0) continue
    picked[n] = columns.ids[i]!
    n++
  }
  const ids = picked.slice(0, n).sort()
  const keys = new Int32Array(n)
  if (grouping !== null) for (let i = 0; i < n; i++) keys[i] = grouping[columns.indexOf(ids[i]!)]!
  return { ids, keys }
}

const NAME_LISTS = { label: 'label_name', split: 'split_name' } as const

function inOrderOfNames(groups: HeadGroup[]): HeadGroup[] {
  const order = inNaturalOrder(new Map(groups.map(({ name }, i) => [i, name])))
  return order.flatMap(([i]) => groups[i] ?? [])
}

function emptyGroup(run: RunInfo, by: HeadGrouping, key: number, names: ReadonlyMap<number, string> | null): HeadGroup {
  const size = run.model.layers * run.model.heads
  return {
    ...(names === null ? nameOf(run, by, key) : { key: names.get(key) ?? '', name: names.get(key) ?? '' }),
    count: 0,
    mean: new Float32Array(size),
    std: new Float32Array(size),
    quantiles: new Float32Array(QUANTILES.length * size),
    topShare: new Float32Array(size),
  }
}

function nameOf(run: RunInfo, by: HeadGrouping, key: number): { key: string; name: string } {
  if (by === 'all') return { key: 'all', name: 'All samples' }
  if (by === 'correct') return key === 1 ? { key: 'correct', name: 'Correct' } : { key: 'wrong', name: 'Wrong' }
  return { key: String(key), name: className(run.definition.labels, key) }
}

/** Shares of first ranks, of the layer whose heads begin at `offset`. */
function addFirsts(group: HeadGroup, offset: number, firsts: Uint16Array, { start, end }: Stretch): void {
  let count = 0
  for (let i = start; i < end; i++) {
    const first = firsts[i] ?? NO_FIRST
    if (first === NO_FIRST) continue
    count++
    group.topShare[offset + first]!++
  }
  group.count = count
}

/** The sums of one layer and group `g` of `groups`. */
function addSums(group: HeadGroup, sums: GroupSums, heads: number, g: number, groups: number): void {
  group.count = sums.counts[g]!
  for (let head = 0; head < heads; head++) {
    const at = head * groups + g
    const index = sums.layer * heads + head
    group.topShare[index] = sums.firsts[at]!
    const bins = sums.bins.subarray(at * BINS, (at + 1) * BINS)
    describeHead(group, index, sums.sums[at]!, sums.squares[at]!, { bins, lowest: 0, highest: BINS - 1 })
  }
}

/** The codes of one head. `bins` is all 0 before and after. */
function addHead(group: HeadGroup, index: number, codes: Uint32Array, firsts: Uint16Array, bins: Uint32Array): void {
  let sum = 0
  let squares = 0
  let lowest = BINS
  let highest = 0
  for (let i = 0; i < codes.length; i++) {
    if (firsts[i] === NO_FIRST) continue
    const code = codes[i]!
    const units = code === HIGHEST_CODE ? code + 1 : code
    sum += units
    squares += units * units
    const bin = binOf(code)
    bins[bin]!++
    if (bin < lowest) lowest = bin
    if (bin > highest) highest = bin
  }
  describeHead(group, index, sum, squares, { bins, lowest, highest })
  bins.fill(0, lowest, highest + 1)
}

interface Histogram {
  bins: Uint32Array
  /** Only these bins and those between them are filled. */
  lowest: number
  highest: number
}

/** Mean, deviation (n - 1; NaN for a single sample), share of first ranks and quantiles of one head. */
function describeHead(group: HeadGroup, index: number, sum: number, squares: number, histogram: Histogram): void {
  const { count } = group
  const mean = sum / count
  const spread = Math.max(0, squares - count * mean * mean)
  group.mean[index] = mean * UNIT
  group.std[index] = count > 1 ? Math.sqrt(spread / (count - 1)) * UNIT : NaN
  group.topShare[index] = group.topShare[index]! / count
  const { bins, lowest, highest } = histogram
  quantilesOf(bins, lowest, highest, count).forEach((quantile, row) => {
    group.quantiles[row * group.mean.length + index] = quantile
  })
}
