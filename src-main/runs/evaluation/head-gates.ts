import { type HeadCounts, headIndexes } from '@headlight/explain/report'
import { gatesOf } from './gate-sets'

/** `[heads, layers * heads]`: each head that the model has switched off alone. */
export function withoutEachHead(model: HeadCounts): Uint8Array {
  const { layers, heads } = model
  return gatesOf(
    headIndexes(model).map((index) => [index]),
    layers * heads,
  )
}
