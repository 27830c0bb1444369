/** What is known of every value of a graph after running it. */
import type { ElementType, Tensor } from './tensor'

export interface ValueFacts {
  type: ElementType
  /** Shape at batch size 1. */
  dims: number[]
  /** The axis whose length is proportional to the batch size, null where the shape does not depend on it. */
  batchAxis: number | null
  /** Set where the value depends neither on the pixels nor on the batch size (small values only). */
  constant?: Tensor
}

export type Facts = ReadonlyMap<string, ValueFacts>

/** The shape as Reshape takes it: -1 for the axis that follows the batch. */
export function reshapeDims(facts: ValueFacts): number[] {
  return facts.dims.map((dim, axis) => (axis === facts.batchAxis ? -1 : dim))
}

export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16' || type === 'bfloat16'
}
