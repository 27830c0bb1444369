/** safetensors: eight bytes of length, a JSON header of types, shapes and places, then the values (huggingface/safetensors, "Format"). */
import { HeadlightError } from '@shared/errors'
import { z } from 'zod'
import { type ArrayFile, elementBytes, numbersOf } from './named-arrays'

const place = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})

const TYPES: Record<string, string> = { F16: 'f2', BF16: 'bf2', F32: 'f4', F64: 'f8', I32: 'i4', I64: 'i8' }

/** All arrays, and the texts of the file's metadata; types other than the usual numbers are left out. Throws 'usage'. */
export function readSafetensors(bytes: Uint8Array, label: string): ArrayFile {
  const damaged = (cause?: unknown) =>
    new HeadlightError('usage', `${label} is damaged or no safetensors file; save it again.`, { cause })
  const length =
    bytes.length < 8 ? Infinity : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8) throw damaged()
  const found: ArrayFile = { numbers: new Map(), texts: new Map() }
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>
    for (const [name, entry] of Object.entries(header)) {
      if (name === '__metadata__') {
        for (const [key, text] of Object.entries(z.record(z.string(), z.string()).parse(entry))) {
          found.texts.set(key, textsOf(text))
        }
        continue
      }
      const { dtype, shape, data_offsets: offsets } = place.parse(entry)
      const type = TYPES[dtype]
      if (type === undefined) continue
      const values = bytes.subarray(8 + length + offsets[0], 8 + length + offsets[1])
      const count = shape.reduce((product, dim) => product * dim, 1)
      if (values.length !== count * elementBytes(type)!) throw damaged()
      found.numbers.set(name, { dims: shape, values: numbersOf(type, values) })
    }
  } catch (cause) {
    if (cause instanceof HeadlightError) throw cause
    throw damaged(cause)
  }
  return found
}

/** Metadata are texts; lists stand in them as JSON. */
function textsOf(text: string): string[] {
  try {
    const list = z.array(z.union([z.string(), z.number()])).safeParse(JSON.parse(text))
    if (list.success) return list.data.map(String)
  } catch {
    // No JSON: a text as it is.
  }
  return text.includes('\n') ? text.split(/\r?\n/).filter((line) => line !== '') : [text]
}

/** A file of these arrays and metadata. */
export function writeSafetensors(
  arrays: Readonly<Record<string, { dims: readonly number[]; values: Float32Array | Float64Array }>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { dims, values }] of Object.entries(arrays)) {
    const dtype = values instanceof Float32Array ? 'F32' : 'F64'
    header[name] = { dtype, shape: dims, data_offsets: [end, (end += values.byteLength)] }
  }
  const text = JSON.stringify(header)
  const unpadded = new TextEncoder().encode(text).length
  const encoded = new TextEncoder().encode(text + ' '.repeat((8 - (unpadded % 8)) % 8))
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt(encoded.length))
  const parts = Object.values(arrays).map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  )
  return Buffer.concat([start, encoded, ...parts])
}
