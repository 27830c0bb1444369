/** Weights that are not numbers: NaN and infinities among a graph's constants, found without keeping them in memory. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { TensorProto } from 'onnx-buf'
import { externalLocation } from './external-data'
import type { Graph } from './graph'
import { decodeTensor, elementTypeOf, isExternal } from './proto-tensor'
import { elementCount, type ElementType } from './tensor'

export interface NotFinite {
  name: string
  dims: number[]
  nan: number
  /** Of either sign. */
  infinite: number
  /** Where the first of them lies, an index for each axis. */
  first: number[]
}

/** Bits of the exponent and of the fraction, in words of this many bytes; of float64 the upper word decides. */
const FORMATS: Partial<Record<ElementType, { bytes: 2 | 4; step: number; exponent: number; fraction: number }>> = {
  float32: { bytes: 4, step: 1, exponent: 0x7f800000, fraction: 0x007fffff },
  float64: { bytes: 4, step: 2, exponent: 0x7ff00000, fraction: 0x000fffff },
  float16: { bytes: 2, step: 1, exponent: 0x7c00, fraction: 0x03ff },
  bfloat16: { bytes: 2, step: 1, exponent: 0x7f80, fraction: 0x007f },
}
/** A multiple of every element's size. */
const CHUNK = 1 << 22

/** The floating-point constants that hold NaN or infinities, in the graph's order. */
export async function findNotFinite(graph: Graph): Promise<NotFinite[]> {
  const found: NotFinite[] = []
  for (const [name, tensor] of graph.initializers) {
    const format = FORMATS[elementTypeOf(tensor.dataType) ?? 'string']
    if (!format) continue
    const dims = tensor.dims.map(Number)
    const counts = { nan: 0, infinite: 0, first: -1 }
    let before = 0
    for await (const bytes of partsOf(tensor, graph.dataFolder, elementCount(dims) * format.bytes * format.step)) {
      const words = format.bytes === 4 ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer)
      for (let at = format.step - 1; at < words.length; at += format.step) {
        const word = words[at]!
        if ((word & format.exponent) !== format.exponent) continue
        const low = format.step === 2 ? words[at - 1]! : 0
        if ((word & format.fraction) !== 0 || low !== 0) counts.nan++
        else counts.infinite++
        if (counts.first < 0) counts.first = before + (at - format.step + 1) / format.step
      }
      before += words.length / format.step
    }
    if (counts.first >= 0) found.push({ name, dims, ...counts, first: placeOf(counts.first, dims) })
  }
  return found
}

/** The bytes of a tensor in parts, each in a buffer of its own. */
async function* partsOf(
  tensor: TensorProto,
  folder: string | null,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!isExternal(tensor)) {
    // float16 and bfloat16 come as their bits.
    const { buffer, byteOffset, byteLength } = decodeTensor(tensor).data as Float32Array
    for (let at = 0; at < byteLength; at += CHUNK) {
      yield new Uint8Array(buffer.slice(byteOffset + at, byteOffset + Math.min(at + CHUNK, byteLength)) as ArrayBuffer)
    }
    return
  }
  const { location, offset } = externalLocation(tensor)
  const file = await open(join(folder!, location))
  try {
    for (let at = 0; at < size; at += CHUNK) {
      const part = new Uint8Array(Math.min(CHUNK, size - at))
      const { bytesRead } = await file.read(part, 0, part.length, offset + at)
      // The runtime refuses a file that ends too early.
      if (bytesRead < part.length) return
      yield part
    }
  } finally {
    await file.close()
  }
}

function placeOf(index: number, dims: readonly number[]): number[] {
  let rest = index
  return dims.map((_, axis) => {
    const stride = elementCount(dims.slice(axis + 1))
    const at = Math.floor(rest / stride)
    rest -= at * stride
    return at
  })
}
