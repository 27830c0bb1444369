/** The models of models/zoo and what PyTorch's autograd says of them. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { parseNpy } from '../files/npy'

export const zoo = resolve('models/zoo')

/** An array of a zoo model: `logits`, `gradient`, `map_chefer`, ... */
export function reference(model: string, name: string) {
  const file = join(zoo, model, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}

/** The row of the class token over the patches, `[B, P]`, of a zoo model's map `[B, N, N]`, for models that read that token only. */
export function classTokenRow(model: string, name: string): { dims: number[]; data: Float32Array } {
  const { dims, data } = reference(model, name)
  const [samples, tokens] = dims as [number, number, number]
  const rows = Array.from({ length: samples }, (_, sample) => {
    const row = sample * tokens * tokens
    return [...data.subarray(row + 1, row + tokens)]
  })
  return { dims: [samples, tokens - 1], data: Float32Array.from(rows.flat()) }
}

/** Largest absolute difference over largest absolute value; NaN where anything is. */
export function relativeError(found: ArrayLike<number>, wanted: Float32Array): number {
  expect(found.length).toBe(wanted.length)
  let difference = 0
  let largest = 0
  wanted.forEach((value, index) => {
    difference = Math.max(difference, Math.abs(found[index]! - value))
    largest = Math.max(largest, Math.abs(value))
  })
  // Maps may be 0 throughout, where every part is negative.
  return difference === 0 ? 0 : difference / largest
}
