/** Half-precision numbers as bits. */
import type { Tensor } from './tensor'

/** The values of a half-precision tensor as float32. */
export function toFloat32(tensor: Tensor): Float32Array {
  const bits = tensor.data as Uint16Array
  if (tensor.type === 'bfloat16') return new Float32Array(Uint32Array.from(bits, (value) => value << 16).buffer)
  return Float32Array.from(bits, halfToFloat)
}

/** The values of a floating-point tensor as numbers that can be computed with; halves in single precision. */
export function floatsOf(tensor: Tensor): ArrayLike<number> {
  const isHalf = tensor.type === 'float16' || tensor.type === 'bfloat16'
  return isHalf ? toFloat32(tensor) : (tensor.data as ArrayLike<number>)
}

/** Float32 values as IEEE 754 half bits, rounded to nearest even. */
export function toFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, floatToHalf)
}

function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  const exponent = Math.max(Math.floor(Math.log2(size || Number.MIN_VALUE)), -14)
  const scaled = roundHalfEven(size / 2 ** (exponent - 10))
  // Subnormals have no implied leading bit; a carry out of the fraction moves into the exponent by itself.
  return sign | (scaled < 1024 ? scaled : ((exponent + 15) << 10) + scaled - 1024)
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
