import type { HeadGroup, HeadStatistics, RunInfo } from '@shared/api'
import { gatherWeights, NO_FIRST, type WeightSelection } from '../columns/gather-weights'
import type { RunColumns } from '../columns/run-columns'
import { BINS, binOf, HIGHEST_CODE } from '../columns/weight-codes'
import type { Norm } from '../columns/weight-blocks'
import type { FilterContext } from '../queries/filter-mask'
import { className } from '../samples/sample-rows'
import { placedByKey } from './placed-by-key'
import { QUANTILES, quantilesOf } from './quantiles'

export type Grouping = 'all' | 'class' | 'prediction' | 'correct'

/** Samples of one group: a stretch of the places of a selection. */
interface Stretch {
  key: number
  start: number
  end: number
}

/** Codes count in units of this weight. */
const UNIT = 1 / (HIGHEST_CODE + 1)

/**
 * Statistics of head weights by group, over the done samples that pass. Weights are right to 2^-24, bins of quantiles
 * exact. Groups in order of class, wrong before correct; groups without weights are left out.
 */
export function headStatistics(
  { files, run, columns, stop }: FilterContext,
  mask: Uint8Array | null,
  by: Grouping,
  norm: Norm,
): HeadStatistics {
  const { layers, heads } = run.model
  const { selection, stretches } = selectGroups(columns, mask, by)
  const groups = stretches.map(({ key }) => emptyGroup(run, by, key))
  for (const { layer, codes, firsts } of gatherWeights(files.cache, run, norm, selection, stop)) {
    const bins = new Uint32Array(BINS)
    stretches.forEach((stretch, g) => {
      const group = groups[g]
      if (group === undefined) return
      stop()
      addFirsts(group, layer * heads, firsts, stretch)
      for (let head = 0; head < heads; head += 1) {
        const ofHead = codes.subarray(
          head * selection.ids.length + stretch.start,
          head * selection.ids.length + stretch.end,
        )
        addHead(group, layer * heads + head, layers * heads, ofHead, firsts.subarray(stretch.start, stretch.end), bins)
      }
    })
  }
  return { layers, heads, norm, groups: groups.filter(({ count }) => count > 0) }
}

/** The ids of the samples that pass in rising order, placed group by group. */
function selectGroups(columns: RunColumns, mask: Uint8Array | null, by: Grouping) {
  const keyOf = (index: number): number => {
    if (by === 'class') return columns.label[index] ?? -1
    if (by === 'prediction') return columns.prediction[index] ?? -1
    return by === 'correct' ? (columns.correct[index] ?? -1) : 0
  }
  const picked = columns.ids.filter(
    (_, index) => columns.state[index] === 1 && (mask === null || mask[index] === 1) && keyOf(index) >= 0,
  )
  const ids = picked.sort()
  const keys = Int32Array.from(ids, (id) => keyOf(columns.indexOf(id)))
  const { places, starts: stretches } = placedByKey(keys)
  return { selection: { ids, places } satisfies WeightSelection, stretches }
}

function emptyGroup(run: RunInfo, by: Grouping, key: number): HeadGroup {
  const size = run.model.layers * run.model.heads
  return {
    ...nameOf(run, by, key),
    count: 0,
    mean: new Float32Array(size),
    std: new Float32Array(size),
    quantiles: new Float32Array(QUANTILES.length * size),
    topShare: new Float32Array(size),
  }
}

function nameOf(run: RunInfo, by: Grouping, key: number): { key: string; name: string } {
  if (by === 'all') return { key: 'all', name: 'All samples' }
  if (by === 'correct') return key === 1 ? { key: 'correct', name: 'Correct' } : { key: 'wrong', name: 'Wrong' }
  return { key: String(key), name: className(run.definition.labels, key) }
}

/** Shares of first ranks, of the layer whose heads begin at `offset`. */
function addFirsts(group: HeadGroup, offset: number, firsts: Uint16Array, { start, end }: Stretch): void {
  let count = 0
  for (let i = start; i < end; i += 1) {
    const first = firsts[i] ?? NO_FIRST
    if (first === NO_FIRST) continue
    count += 1
    group.topShare[offset + first] = (group.topShare[offset + first] ?? 0) + 1
  }
  group.count = count
}

/** Mean, deviation (n - 1; NaN for a single sample) and quantiles of one head. `bins` is all 0 before and after. */
function addHead(
  group: HeadGroup,
  index: number,
  size: number,
  codes: Uint32Array,
  firsts: Uint16Array,
  bins: Uint32Array,
): void {
  let sum = 0
  let squares = 0
  let lowest = BINS
  let highest = 0
  for (let i = 0; i < codes.length; i += 1) {
    if (firsts[i] === NO_FIRST) continue
    const code = codes[i] ?? 0
    const units = code === HIGHEST_CODE ? code + 1 : code
    sum += units
    squares += units * units
    const bin = binOf(code)
    bins[bin] = (bins[bin] ?? 0) + 1
    if (bin < lowest) lowest = bin
    if (bin > highest) highest = bin
  }
  const { count } = group
  const mean = sum / count
  const spread = Math.max(0, squares - count * mean * mean)
  group.mean[index] = mean * UNIT
  group.std[index] = count > 1 ? Math.sqrt(spread / (count - 1)) * UNIT : NaN
  group.topShare[index] = (group.topShare[index] ?? 0) / count
  quantilesOf(bins, lowest, highest, count).forEach((quantile, row) => {
    group.quantiles[row * size + index] = quantile
  })
  bins.fill(0, lowest, highest + 1)
}
