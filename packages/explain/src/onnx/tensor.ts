/** Tensors as plain values: what graphs hold as constants and what running a graph takes and gives. */

/** Element types of ONNX that graphs here hold. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'

/** float16 and bfloat16 are held as their bits, bool as 0 and 1, strings as an array. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | string[]

/** A dense tensor in C order; `data` has as many values as the product of `dims`. */
export interface Tensor {
  /** Element type. */
  type: ElementType
  /** Shape; empty for a scalar. */
  dims: number[]
  /** Values in C order. */
  data: TensorData
}

/** The product of the dimensions; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1)
}

/** Some rows of a float32 or int64 tensor along its first axis, in the order that they are named. */
export function takeRows({ type, dims, data }: Tensor, rows: readonly number[]): Tensor {
  const stride = elementCount(dims.slice(1))
  const Values = data.constructor as new (length: number) => Exclude<TensorData, string[]>
  const taken = new Values(rows.length * stride)
  rows.forEach((row, at) => taken.set(data.slice(row * stride, (row + 1) * stride) as never, at * stride))
  return { type, dims: [rows.length, ...dims.slice(1)], data: taken }
}

/** A float32 tensor of these values, which are copied. */
export function float32(dims: number[], values: ArrayLike<number>): Tensor {
  return { type: 'float32', dims, data: Float32Array.from(values) }
}

/** An int64 tensor of these whole numbers. */
export function int64(dims: number[], values: readonly (number | bigint)[]): Tensor {
  return { type: 'int64', dims, data: BigInt64Array.from(values, (value) => BigInt(value)) }
}
