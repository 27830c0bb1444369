/** What a detector's explain graph says of each sample: the query that was explained, and where its box lies. */
import { boxInShares, DETR_BOXES } from '@headlight/explain'
import type { ModelReport } from '@headlight/explain/report'
import type { Detection } from '@shared/api'

/** A box as the model gives it, in shares of its input. */
export function boxOf(
  box: ArrayLike<number>,
  { dense, input }: Pick<ModelReport, 'dense' | 'input'>,
): NonNullable<Detection['box']> {
  const [height, width] = input.shape.slice(-2).map(Number)
  const form = (dense?.kind === 'queries' && dense.boxForm) || DETR_BOXES
  return boxInShares(box, form, [height!, width!])
}

/** The same of a batch, `[n, 4]`. */
export function boxesOf(boxes: Float32Array, model: Pick<ModelReport, 'dense' | 'input'>): Float32Array {
  const shares = new Float32Array(boxes.length)
  for (let at = 0; at < boxes.length; at += 4) shares.set(boxOf(boxes.subarray(at, at + 4), model), at)
  return shares
}
