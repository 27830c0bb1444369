/** The models of models/zoo and what PyTorch's autograd says of them. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { parseNpy } from '../files/npy'

export const zoo = path.resolve('models/zoo')

/** An array of a zoo model: `logits`, `gradient`, `map_chefer`, ... */
export function reference(model: string, name: string) {
  const file = path.join(zoo, model, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
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
  return difference / largest
}
