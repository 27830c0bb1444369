import type { HeadDifference } from '@shared/api'
import { gatherWeights, type LayerWeights, NO_FIRST } from '../columns/gather-weights'
import type { RunColumns } from '../columns/run-columns'
import type { Norm } from '../columns/weight-blocks'
import { weightOf } from '../columns/weight-codes'
import type { FilterContext } from '../queries/filter-mask'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

/** Head weights of two groups of samples, each by its mask, compared head by head (METHODS). */
export function headDifference(
  { files, run, columns, stop }: FilterContext,
  maskA: Uint8Array | null,
  maskB: Uint8Array | null,
  norm: Norm,
): HeadDifference {
  const { layers, heads } = run.model
  const [a, b] = [maskA, maskB].map((mask) => {
    const ids = doneIds(columns, mask)
    return gatherWeights(files.cache, run, norm, { ids, places: Uint32Array.from(ids.keys()) }, stop)
  })
  const d = new Float32Array(layers * heads)
  const p = new Float64Array(layers * heads)
  let [countA, countB] = [0, 0]
  for (let layer = 0; layer < layers; layer += 1) {
    const [ofA, ofB] = [next(a), next(b)]
    for (let head = 0; head < heads; head += 1) {
      stop()
      const [columnA, columnB] = [weightsOf(ofA, head, heads), weightsOf(ofB, head, heads)]
      ;[countA, countB] = [columnA.length, columnB.length]
      d[layer * heads + head] = cohenD(columnA, columnB)
      p[layer * heads + head] = mannWhitneyP(columnA, columnB)
    }
  }
  const q = Float32Array.from(benjaminiHochberg(p))
  return { layers, heads, countA, countB, cohenD: d, p: Float32Array.from(p), q }
}

function doneIds(columns: RunColumns, mask: Uint8Array | null): Uint32Array {
  return columns.ids.filter((_, index) => columns.state[index] === 1 && (mask === null || mask[index] === 1)).sort()
}

function next(layers: Generator<LayerWeights> | undefined): LayerWeights | null {
  const step = layers?.next()
  return step === undefined || step.done === true ? null : step.value
}

/** The weights of one head over the samples that have any. */
function weightsOf(layer: LayerWeights | null, head: number, heads: number): Float64Array {
  if (layer === null) return new Float64Array()
  const n = layer.codes.length / heads
  const codes = layer.codes.subarray(head * n, (head + 1) * n)
  const present = codes.filter((_, i) => layer.firsts[i] !== NO_FIRST)
  return Float64Array.from(present, weightOf)
}
