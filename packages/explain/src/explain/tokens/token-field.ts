/** Which token each place of a value belongs to. An axis along which it does not matter (channels, heads) has length 1. */
import { elementCount } from '../../onnx/tensor'
import { PADDING, type TokenSpace } from './token-space'

export interface TokenField {
  space: TokenSpace
  /** As many axes as the value; each as long as the value's, or 1 where labels do not differ along it. */
  dims: number[]
  labels: Int32Array
  /** Of a matrix of queries and keys: 'L' for the tokens of the left factor, 'R' for the right one's; '' of a stream of tokens. */
  side: string
}

/** Labels that are written out in full at most. */
const LARGEST = 2 ** 26

export const rowMajor = (dims: readonly number[]): number[] => {
  const strides = dims.map(() => 1)
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!
  return strides
}

/** Strides that repeat a field along axes where it has length 1. */
export const repeating = (dims: readonly number[]): number[] =>
  rowMajor(dims).map((stride, axis) => (dims[axis] === 1 ? 0 : stride))

/** Labels at `offset + strides . place` for every place of `dims`, in order. */
export function strided(labels: Int32Array, dims: readonly number[], strides: readonly number[]): Int32Array {
  const found = new Int32Array(elementCount(dims))
  const place = dims.map(() => 0)
  let from = 0
  for (let at = 0; at < found.length; at++) {
    found[at] = labels[from]!
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++place[axis]! < dims[axis]!) break
      from -= strides[axis]! * dims[axis]!
      place[axis] = 0
    }
  }
  return found
}

/** The field without axes along which nothing differs. */
export function compressed(field: TokenField): TokenField {
  let { dims, labels } = field
  for (let axis = 0; axis < dims.length; axis++) {
    const length = dims[axis]!
    if (length === 1) continue
    const inner = elementCount(dims.slice(axis + 1))
    if (differsAlong(labels, length, inner)) continue
    const shorter = dims.with(axis, 1)
    labels = strided(labels, shorter, rowMajor(dims))
    dims = shorter
  }
  return { ...field, dims, labels }
}

function differsAlong(labels: Int32Array, length: number, inner: number): boolean {
  for (let at = 0; at < labels.length; at++) {
    const place = Math.floor(at / inner) % length
    if (labels[at] !== labels[at - place * inner]) return true
  }
  return false
}

/** Labels of every place of `dims`, which the field's axes repeat to. */
export const spread = (field: TokenField, dims: readonly number[]): Int32Array =>
  field.dims.every((dim, axis) => dim === dims[axis])
    ? field.labels
    : strided(field.labels, dims, repeating(field.dims))

export const transposed = (field: TokenField, perm: readonly number[]): TokenField => {
  const dims = perm.map((axis) => field.dims[axis]!)
  const strides = rowMajor(field.dims)
  return {
    ...field,
    dims,
    labels: strided(
      field.labels,
      dims,
      perm.map((axis) => strides[axis]!),
    ),
  }
}

/** The places `indexes` along an axis; -1 is padding. */
export function taken(field: TokenField, axis: number, indexes: readonly number[]): TokenField {
  if (field.dims[axis] === 1 && indexes.every((index) => index === 0)) return field
  const length = field.dims[axis]!
  const inner = elementCount(field.dims.slice(axis + 1))
  const outer = elementCount(field.dims.slice(0, axis))
  const labels = new Int32Array(outer * indexes.length * inner)
  for (let block = 0; block < outer; block++) {
    indexes.forEach((index, at) => {
      const to = (block * indexes.length + at) * inner
      if (index < 0) labels.fill(PADDING, to, to + inner)
      else {
        const from = (block * length + index) * inner
        labels.set(field.labels.subarray(from, from + inner), to)
      }
    })
  }
  return compressed({ ...field, dims: field.dims.with(axis, indexes.length), labels })
}

/** The field of a value whose places stay in order and get other axes; null where it would be too large. */
export function reshaped(field: TokenField, from: readonly number[], to: readonly number[]): TokenField | null {
  const full = [...field.dims]
  const found: number[] = []
  let [i, j] = [0, 0]
  while (i < from.length || j < to.length) {
    const [firstIn, firstOut] = [i, j]
    // An axis beyond the last has length 1, as behind a squeeze; where more is missing, the shapes do not fit.
    let [a, b] = [from.at(i++) ?? 1, to.at(j++) ?? 1]
    while (a !== b && i <= from.length && j <= to.length) {
      if (a < b) a *= from.at(i++) ?? 0
      else b *= to.at(j++) ?? 0
    }
    if (a !== b) return null
    const differs = full.slice(firstIn, i).some((dim) => dim > 1)
    for (let axis = firstIn; axis < Math.min(i, from.length); axis++) if (differs) full[axis] = from[axis]!
    for (let axis = firstOut; axis < Math.min(j, to.length); axis++) found.push(differs ? to[axis]! : 1)
  }
  if (elementCount(full) > LARGEST) return null
  return compressed({ ...field, dims: found, labels: spread(field, full) })
}

/** Fields one behind the other along an axis, of values with these lengths there. */
export function joined(fields: readonly TokenField[], axis: number, lengths: readonly number[]): TokenField {
  const [first] = fields
  const dims = first!.dims.map((_, at) => fields.reduce((most, field) => Math.max(most, field.dims[at]!), 1))
  const outer = elementCount(dims.slice(0, axis))
  const inner = elementCount(dims.slice(axis + 1))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const labels = new Int32Array(outer * total * inner)
  let start = 0
  fields.forEach((field, at) => {
    const own = spread(field, dims.with(axis, lengths[at]!))
    const size = lengths[at]! * inner
    for (let block = 0; block < outer; block++)
      labels.set(own.subarray(block * size, (block + 1) * size), block * total * inner + start)
    start += size
  })
  return compressed({ ...first!, dims: dims.with(axis, total), labels })
}

/** Whether two fields of one value say the same. */
export const sameField = (a: TokenField, b: TokenField): boolean =>
  a.space === b.space &&
  (a.labels === b.labels ||
    (a.labels.length === b.labels.length && a.labels.every((label, at) => label === b.labels[at]))) &&
  a.dims.every((dim, axis) => dim === b.dims[axis])
