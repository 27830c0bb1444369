/** Reproducible random numbers, so that a certificate comes out the same each time. */
import { elementCount, float32, type Tensor } from '../onnx/tensor'

/** Uniform in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Standard normal values (Box-Muller). */
export function normals(count: number, random: () => number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  )
}

/** A picture of standard normal values. */
export function noise(dims: number[], seed: number): Tensor {
  return float32(dims, normals(elementCount(dims), seeded(seed)))
}
