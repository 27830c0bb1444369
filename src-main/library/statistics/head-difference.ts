import type { Database } from 'better-sqlite3'
import type { HeadDifference, HeadNumber, RunInfo } from '@shared/api'
import { headsOf } from '@headlight/explain/report'
import { gatherWeights, NO_FIRST, type WeightSelection } from '../columns/gather-weights'
import type { RunColumns } from '../columns/run-columns'
import { weightOf } from '../columns/weight-codes'
import type { FilterContext } from '../queries/filter-context'
import { gatherTaylor } from './gather-taylor'
import { placedByKey } from './placed-by-key'
import { comparable, stratifiedCohenD, vanElterenP } from './stratified'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

/**
 * Head weights, or sum A o G, of two groups of samples, each by its mask, compared head by head (METHODS). Stratified, samples are
 * compared with those of the same label only: d within classes and van Elteren's p.
 */
export function headDifference(
  { files, run, columns, stop }: FilterContext,
  maskA: Uint8Array | null,
  maskB: Uint8Array | null,
  norm: HeadNumber,
  stratified: boolean,
): HeadDifference {
  const { layers, heads, layerHeads } = run.model
  const sides = [maskA, maskB].map((mask) => {
    const side = selectSide(columns, mask, stratified)
    return { ...side, layers: headColumns(files.cache, run, norm, side.selection, stop) }
  })
  const [a, b] = [sides[0]!, sides[1]!]
  const labels = [...a.stretches.keys()].filter((label) => b.stretches.has(label))
  // NaN stays for heads that a layer does not have; they do not count as tests.
  const d = new Float32Array(layers * heads).fill(NaN)
  const p = new Float64Array(layers * heads).fill(NaN)
  let [countA, countB, strata] = [0, 0, 0]
  for (let layer = 0; layer < layers; layer++) {
    const [ofA, ofB] = [next(a.layers), next(b.layers)]
    for (let head = 0; head < headsOf(run.model, layer); head++) {
      stop()
      const at = layer * heads + head
      const compared = comparable(
        labels.map((label) => ({
          a: valuesOf(ofA, head, a.stretches.get(label)),
          b: valuesOf(ofB, head, b.stretches.get(label)),
        })),
      )
      if (stratified) {
        d[at] = stratifiedCohenD(compared)
        p[at] = vanElterenP(compared)
        countA = total(compared.map((stratum) => stratum.a))
        countB = total(compared.map((stratum) => stratum.b))
        strata = compared.length
      } else {
        const [columnA, columnB] = [valuesOf(ofA, head), valuesOf(ofB, head)]
        ;[countA, countB] = [columnA.length, columnB.length]
        d[at] = cohenD(columnA, columnB)
        p[at] = mannWhitneyP(columnA, columnB)
      }
    }
  }
  const q = Float32Array.from(benjaminiHochberg(p))
  const counts = { countA, countB, strata: stratified ? strata : null }
  return { layers, heads, ...(layerHeads && { layerHeads }), ...counts, cohenD: d, p: Float32Array.from(p), q }
}

/** A stretch of the places of a selection. */
type Stretch = [start: number, end: number]

/** The done samples of a mask; stratified, those with a label, placed label by label. */
function selectSide(columns: RunColumns, mask: Uint8Array | null, stratified: boolean) {
  const picked = columns.ids.filter(
    (_, index) =>
      columns.state[index] === 1 && (mask === null || mask[index] === 1) && (!stratified || columns.label[index]! >= 0),
  )
  const ids = picked.sort()
  const stretches = new Map<number, Stretch>()
  if (!stratified) return { selection: { ids, places: Uint32Array.from(ids.keys()) }, stretches }
  const { places, starts } = placedByKey(Int32Array.from(ids, (id) => columns.label[columns.indexOf(id)]!))
  for (const { key, start, end } of starts) stretches.set(key, [start, end])
  return { selection: { ids, places }, stretches }
}

/** Values of a head of one layer over the samples of a stretch, or all, that have any. */
type HeadColumns = (head: number, stretch?: Stretch) => Float64Array

/** Layer after layer; what was given of one is not to be asked for once the next one is. */
function* headColumns(
  cache: Database,
  run: RunInfo,
  norm: HeadNumber,
  selection: WeightSelection,
  stop: () => void,
): Generator<HeadColumns> {
  const n = selection.ids.length
  const all: Stretch = [0, n]
  if (norm === 'taylor') {
    for (const { values } of gatherTaylor(cache, run, selection, stop))
      yield (head, [start, end] = all) =>
        Float64Array.from(values.subarray(head * n + start, head * n + end)).filter((value) => !Number.isNaN(value))
    return
  }
  for (const { codes, firsts } of gatherWeights(cache, run, norm, selection, stop))
    yield (head, [start, end] = all) => {
      const present = codes.subarray(head * n + start, head * n + end).filter((_, i) => firsts[start + i] !== NO_FIRST)
      return Float64Array.from(present, weightOf)
    }
}

function next(layers: Generator<HeadColumns>): HeadColumns | null {
  const step = layers.next()
  return step.done === true ? null : step.value
}

function valuesOf(columns: HeadColumns | null, head: number, stretch?: Stretch): Float64Array {
  return columns?.(head, stretch) ?? new Float64Array()
}

function total(columns: Float64Array[]): number {
  return columns.reduce((sum, { length }) => sum + length, 0)
}
