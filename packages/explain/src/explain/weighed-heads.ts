/** How much of a direction each row of a head gets, and what errors of the head are relative to. */
import type { ExplainedHead } from './explained-heads'

/**
 * Rows of G get similar weight, up to this factor, so that rows with small gradients are checked as well. Only in
 * float64, where the larger step costs no precision.
 */
const ROW_WEIGHT = { float64: 5, float32: 1 } as const
/** The error of a head whose gradient is below this share of the strongest head's is relative to that share. */
const WEAKEST = 1e-3
/** A head, and what its errors are relative to. */
export interface WeighedHead extends ExplainedHead {
  /** Factors of the rows of its direction. */
  rows: Float64Array
  /** Norm of G with its rows enlarged alike, or a share of the strongest head's where that is larger. */
  scale: number
}

/** `strongest` is the largest norm of a head's G in the model. */
export function weighedHeads(
  heads: readonly ExplainedHead[],
  strongest: number,
  precision: 'float64' | 'float32',
): WeighedHead[] {
  return heads.map((head) => {
    const { gradient, width } = head
    const rows = rowWeights(head, ROW_WEIGHT[precision])
    let square = 0
    for (let at = 0; at < gradient.length; at++) square += (gradient[at]! * rows[Math.floor(at / width)]!) ** 2
    return { ...head, rows, scale: Math.max(Math.sqrt(square), WEAKEST * strongest, Number.MIN_VALUE) }
  })
}

/** A factor for each row of G, so that all rows have the same weight as far as `most` goes. */
function rowWeights({ gradient, width }: ExplainedHead, most: number): Float64Array {
  const norms = Float64Array.from({ length: gradient.length / width }, (_, row) =>
    norm(gradient.subarray(row * width, (row + 1) * width)),
  )
  const largest = norms.reduce((max, value) => Math.max(max, value), 0)
  return norms.map((value) => Math.min(most, Math.max(1, largest / Math.max(value, Number.MIN_VALUE))))
}

/** Frobenius norm. */
export const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
