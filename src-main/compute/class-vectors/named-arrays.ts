/** Arrays of files that hold several by name: numbers in single or double precision, or text. */
import { toFloat32 } from '@headlight/explain/onnx'

export interface NumberArray {
  dims: number[]
  values: Float32Array | Float64Array
}

export interface ArrayFile {
  numbers: Map<string, NumberArray>
  texts: Map<string, string[]>
}

/** Names of element types in .npy files (without byte order) and in safetensors. */
const TYPES: Record<string, (bytes: ArrayBuffer) => Float32Array | Float64Array> = {
  f2: (bytes) => toFloat32({ type: 'float16', dims: [], data: new Uint16Array(bytes) }),
  bf2: (bytes) => toFloat32({ type: 'bfloat16', dims: [], data: new Uint16Array(bytes) }),
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
  i4: (bytes) => Float64Array.from(new Int32Array(bytes)),
  i8: (bytes) => Float64Array.from(new BigInt64Array(bytes), Number),
}

/** Bytes of an element, null for a type that is not read. */
export const elementBytes = (type: string): number | null => (type in TYPES ? Number(type.replace(/\D/g, '')) : null)

/** Little-endian values of one of the types above. */
export function numbersOf(type: string, bytes: Uint8Array): Float32Array | Float64Array {
  // A copy, since values need not be aligned in the bytes of a file.
  return TYPES[type]!(Uint8Array.from(bytes).buffer)
}
