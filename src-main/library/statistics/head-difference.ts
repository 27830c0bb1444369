import type { HeadDifference } from '@shared/api'
import { headsOf } from '@headlight/explain/report'
import { gatherWeights, type LayerWeights, NO_FIRST } from '../columns/gather-weights'
import type { RunColumns } from '../columns/run-columns'
import type { Norm } from '../columns/weight-blocks'
import { weightOf } from '../columns/weight-codes'
import type { FilterContext } from '../queries/filter-mask'
import { placedByKey } from './placed-by-key'
import { comparable, stratifiedCohenD, vanElterenP } from './stratified'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

/**
 * Head weights of two groups of samples, each by its mask, compared head by head (METHODS). Stratified, samples are
 * compared with those of the same label only: d within classes and van Elteren's p.
 */
export function headDifference(
  { files, run, columns, stop }: FilterContext,
  maskA: Uint8Array | null,
  maskB: Uint8Array | null,
  norm: Norm,
  stratified: boolean,
): HeadDifference {
  const { layers, heads, layerHeads } = run.model
  const sides = [maskA, maskB].map((mask) => {
    const side = selectSide(columns, mask, stratified)
    return { ...side, layers: gatherWeights(files.cache, run, norm, side.selection, stop) }
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
          a: weightsOf(ofA, head, heads, a.stretches.get(label)),
          b: weightsOf(ofB, head, heads, b.stretches.get(label)),
        })),
      )
      if (stratified) {
        d[at] = stratifiedCohenD(compared)
        p[at] = vanElterenP(compared)
        countA = total(compared.map((stratum) => stratum.a))
        countB = total(compared.map((stratum) => stratum.b))
        strata = compared.length
      } else {
        const [columnA, columnB] = [weightsOf(ofA, head, heads), weightsOf(ofB, head, heads)]
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

function next(layers: Generator<LayerWeights> | undefined): LayerWeights | null {
  const step = layers?.next()
  return step === undefined || step.done === true ? null : step.value
}

/** The weights of one head over the samples of a stretch, or all, that have any. */
function weightsOf(layer: LayerWeights | null, head: number, heads: number, stretch?: Stretch): Float64Array {
  if (layer === null) return new Float64Array()
  const n = layer.codes.length / heads
  const [start, end] = stretch ?? [0, n]
  const codes = layer.codes.subarray(head * n + start, head * n + end)
  const present = codes.filter((_, i) => layer.firsts[start + i] !== NO_FIRST)
  return Float64Array.from(present, weightOf)
}

function total(columns: Float64Array[]): number {
  return columns.reduce((sum, { length }) => sum + length, 0)
}
