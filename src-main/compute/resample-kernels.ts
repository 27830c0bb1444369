/** Filters of resizing, and the weights with which inputs make each output: antialiased, half-pixel centres. */
import type { Interpolation } from '@shared/api'

interface Kernel {
  support: number
  weight(distance: number): number
}

/** Pillow's filters (Resample.c); PyTorch's antialiased bilinear and bicubic are the same. */
export const KERNELS: Record<Exclude<Interpolation, 'nearest'>, Kernel> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: (x) => hamming(Math.abs(x)) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** For each output position the first input position, and `count` weights of the `size` that there is room for. */
export interface Resampling {
  size: number
  first: Int32Array
  count: Int32Array
  values: Float64Array
}

export function resampling(inputs: number, outputs: number, { support, weight }: Kernel): Resampling {
  const scale = inputs / outputs
  const stretch = Math.max(1, scale)
  const reach = support * stretch
  const size = Math.ceil(reach) * 2 + 1
  const first = new Int32Array(outputs)
  const count = new Int32Array(outputs)
  const values = new Float64Array(outputs * size)
  for (let output = 0; output < outputs; output++) {
    const center = (output + 0.5) * scale
    const from = Math.max(0, Math.trunc(center - reach + 0.5))
    const to = Math.min(inputs, Math.trunc(center + reach + 0.5))
    const raw = Array.from({ length: to - from }, (_, index) => weight((index + from - center + 0.5) * (1 / stretch)))
    const sum = raw.reduce((total, value) => total + value, 0)
    first[output] = from
    count[output] = raw.length
    raw.forEach((value, index) => (values[output * size + index] = sum === 0 ? value : value / sum))
  }
  return { size, first, count, values }
}

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
}

function hamming(x: number): number {
  if (x === 0) return 1
  return x >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
