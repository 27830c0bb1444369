/** NumPy's .npy files (format 1.0 to 3.0, numpy.lib.format): little-endian, C order. */
import { open } from 'node:fs/promises'
import { HeadlightError } from '../errors'
import { readBytes } from './read-bytes'
import { refuseIrregular } from './regular-file'

/** An array of a .npy file, in C order. */
export interface NpyArray {
  /** Shape. */
  dims: number[]
  /** Values in C order. */
  data: Float32Array | Float64Array | BigInt64Array
}

const MAGIC = '\x93NUMPY'
const ALIGNMENT = 64

const ARRAYS = { '<f4': Float32Array, '<f8': Float64Array, '<i8': BigInt64Array } as const

/** What the header of a .npy file says, and where its values begin. */
export interface NpyLayout {
  /** NumPy's name of the type, such as '<f4'. */
  descr: string
  /** Whether the values lie column by column. */
  fortran: boolean
  dims: number[]
  start: number
}

/** Reads the header of a .npy file. Throws 'usage' with what is wrong. */
export function npyLayout(bytes: Uint8Array, label: string): NpyLayout {
  const refuse = (why: string) => new HeadlightError('usage', `${label} ${why}.`)
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < 12 || file.toString('latin1', 0, 6) !== MAGIC) throw refuse('is not a .npy file')
  const wide = file[6]! >= 2
  const start = wide ? 12 : 10
  const end = start + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8))
  const header = file.toString('latin1', start, end)
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined || shape === undefined) throw refuse('has a header that cannot be read')
  const dims = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) throw refuse('has a shape that cannot be read')
  return { descr, fortran: !/'fortran_order':\s*False/.test(header), dims, start: end }
}

/** Parses a .npy file of float32, float64 or int64. Throws 'usage' with what is wrong. */
export function parseNpy(bytes: Uint8Array, label: string): NpyArray {
  const refuse = (why: string) => new HeadlightError('usage', `${label} ${why}.`)
  const { descr, fortran, dims, start } = npyLayout(bytes, label)
  if (fortran) throw refuse("is in Fortran order; save it with numpy's ascontiguousarray")
  if (!(descr in ARRAYS)) throw refuse(`holds '${descr}'; float32 ('<f4'), float64 and int64 can be read`)
  const count = dims.reduce((product, dim) => product * dim, 1)
  const Values = ARRAYS[descr as keyof typeof ARRAYS]
  const length = count * Values.BYTES_PER_ELEMENT
  if (bytes.length < start + length) {
    throw refuse(`is cut off: ${bytes.length - start} bytes of values instead of ${length}`)
  }
  // A copy, since the values need not be aligned in the file's buffer.
  return { dims, data: new Values(Uint8Array.from(bytes.subarray(start, start + length)).buffer, 0, count) }
}

/** Reads a .npy file. Throws 'not-found' or 'usage'. */
export async function readNpy(file: string): Promise<NpyArray> {
  await refuseIrregular(file, 'usage')
  return parseNpy(await readWhole(file), file)
}

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const handle = await open(file)
    try {
      return await readBytes(handle, 0, (await handle.stat()).size)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new HeadlightError('not-found', `${file} could not be read.`, { cause })
  }
}

/** The bytes before the values of a .npy file of this shape; `descr` is NumPy's name of the type. */
export function npyHeader(dims: readonly number[], descr = '<f4'): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`
  const unpadded = MAGIC.length + 4 + text.length + 1
  const padding = ' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)
  const header = Buffer.from(`${text}${padding}\n`, 'latin1')
  const lengths = Buffer.from([1, 0, header.length & 255, header.length >> 8])
  return Buffer.concat([Buffer.from(MAGIC, 'latin1'), lengths, header])
}

/** Writes float32 values as a .npy file. */
export async function writeNpy(file: string, dims: readonly number[], data: Float32Array): Promise<void> {
  const handle = await open(file, 'w').catch((cause: unknown) => {
    throw new HeadlightError('not-writable', `${file} could not be written.`, { cause })
  })
  try {
    // `write` ends early after 2 GiB; `writeFile` goes on from where the file stands.
    await handle.writeFile(npyHeader(dims))
    await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  } finally {
    await handle.close()
  }
}
