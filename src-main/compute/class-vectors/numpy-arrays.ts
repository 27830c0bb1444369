/** Arrays of .npy and .npz files (numpy.lib.format): numbers of any usual type, in either order, and text. */
import { unzipSync } from 'fflate'
import { HeadlightError } from '@shared/errors'
import { npyLayout } from '@headlight/explain/files'
import { type ArrayFile, elementBytes, type NumberArray, numbersOf } from './named-arrays'

/** Larger ones are not vectors of classes; a damaged or hostile file says that a few bytes are so many. */
const MOST_UNPACKED = 2 ** 30

/** All arrays of a .npz file by name. Throws 'usage' for what is damaged or pickled. */
export function readNpz(bytes: Uint8Array, label: string): ArrayFile {
  const found: ArrayFile = { numbers: new Map(), texts: new Map() }
  let members: Record<string, Uint8Array>
  try {
    let unpacked = 0
    const filter = ({ originalSize }: { originalSize: number }) => (unpacked += originalSize) <= MOST_UNPACKED
    members = unzipSync(bytes, { filter })
    if (unpacked > MOST_UNPACKED) throw new Error(`${unpacked} bytes unpacked`)
  } catch (cause) {
    throw new HeadlightError('usage', `${label} is damaged or no .npz file; save it again with numpy.savez.`, { cause })
  }
  for (const [member, content] of Object.entries(members)) {
    if (member.endsWith('.npy')) addNpy(found, member.slice(0, -4), content, `${member} in ${label}`)
  }
  return found
}

/** Adds the array of a .npy file by this name. Throws 'usage'. */
export function addNpy(found: ArrayFile, name: string, bytes: Uint8Array, label: string): void {
  const refuse = (why: string) => new HeadlightError('usage', `${label} ${why}.`)
  const { descr, fortran, dims, start } = npyLayout(bytes, label)
  const count = dims.reduce((product, dim) => product * dim, 1)
  const take = (size: number) => {
    if (bytes.length < start + count * size) throw refuse('is cut off; save it again')
    return bytes.subarray(start, start + count * size)
  }
  const [, order = '', type = ''] = /^([<>|=]?)(\w+)$/.exec(descr) ?? []
  const size = elementBytes(type)
  if (size !== null && order !== '>') {
    const values = numbersOf(type, take(size))
    found.numbers.set(name, fortran ? rowByRow({ dims, values }) : { dims, values })
    return
  }
  const width = Number(/^[US](\d+)$/.exec(type)?.[1] ?? NaN)
  if (Number.isNaN(width) || order === '>') {
    const what = type.startsWith('O') ? 'holds Python objects, which are not unpickled; save names as text' : null
    throw refuse(what ?? `holds '${descr}', which is not read; save vectors as float32`)
  }
  // Texts without a letter take no bytes, however many there are.
  if (width === 0 && count > 0) throw refuse('holds empty names alone; save the names of the classes')
  const unicode = type.startsWith('U')
  const text = take(unicode ? width * 4 : width)
  const cell = text.length / Math.max(1, count)
  const one = (at: number) => {
    const part = text.subarray(at * cell, (at + 1) * cell)
    return (unicode ? codePoints(part) : new TextDecoder().decode(part)).replace(/\0+$/, '')
  }
  found.texts.set(
    name,
    Array.from({ length: count }, (_, at) => one(at)),
  )
}

const codePoints = (bytes: Uint8Array) =>
  String.fromCodePoint(...new Uint32Array(Uint8Array.from(bytes).buffer).filter((code) => code <= 0x10ffff))

/** Values of a matrix that lie column by column, row by row. */
function rowByRow({ dims, values }: NumberArray): NumberArray {
  if (dims.length !== 2) return { dims, values }
  const [rows, columns] = dims as [number, number]
  return { dims, values: values.map((_, at) => values[(at % columns) * rows + Math.floor(at / columns)]!) }
}
