/** New tokens that are made of others: sums over axes, and kernels that move over a grid. */
import { elementCount } from '../../onnx/tensor'
import { compressed, rowMajor, strided, type TokenField } from './token-field'
import type { TokenSpaces } from './token-space'

/** The field of a sum over `axes`, which keep length 1: where labels differ along them, each place is an equal share of what it sums. */
export function summed(spaces: TokenSpaces, field: TokenField, axes: readonly number[]): TokenField {
  const mixing = axes.filter((axis) => field.dims[axis]! > 1)
  if (mixing.length === 0) return field
  const kept = field.dims.map((_, axis) => axis).filter((axis) => !mixing.includes(axis))
  const order = [...kept, ...mixing]
  const strides = rowMajor(field.dims)
  const labels = strided(
    field.labels,
    order.map((axis) => field.dims[axis]!),
    order.map((axis) => strides[axis]!),
  )
  const size = elementCount(mixing.map((axis) => field.dims[axis]!))
  const reads = Array.from({ length: labels.length / size }, (_, place) =>
    labels.subarray(place * size, (place + 1) * size),
  )
  const dims = field.dims.map((dim, axis) => (mixing.includes(axis) ? 1 : dim))
  return compressed({ ...field, ...spaces.mix(field.space, reads), dims })
}

/** What a place along one axis reads of the axis before it. */
export type Reads = (place: number) => readonly number[]

/** The field of a value whose axes get new lengths: each place is an equal share of the places that it reads along every axis. */
export function resampled(
  spaces: TokenSpaces,
  field: TokenField,
  axes: readonly { axis: number; length: number; reads: Reads }[],
): TokenField {
  const changed = axes.filter(({ axis }) => field.dims[axis]! > 1)
  if (changed.length === 0) return field
  const dims = [...field.dims]
  for (const { axis, length } of changed) dims[axis] = length
  const strides = rowMajor(field.dims)
  const places = elementCount(dims)
  const reads = Array.from({ length: places }, (_, at) => {
    let starts = [0]
    let rest = at
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const place = rest % dims[axis]!
      rest = Math.floor(rest / dims[axis]!)
      const change = changed.find((one) => one.axis === axis)
      const own = change ? change.reads(place) : [place]
      starts = own.flatMap((index) => starts.map((start) => start + index * strides[axis]!))
    }
    return starts.map((start) => field.labels[start]!)
  })
  return compressed({ ...field, ...spaces.mix(field.space, reads), dims })
}

/** The places that a kernel reads of an axis of `length` places: those that are there. */
export const kernelReads =
  ({
    length,
    kernel,
    stride,
    dilation,
    before,
  }: Record<'length' | 'kernel' | 'stride' | 'dilation' | 'before', number>): Reads =>
  (place) =>
    Array.from({ length: kernel }, (_, at) => place * stride - before + at * dilation).filter(
      (index) => index >= 0 && index < length,
    )

/** The places that a resized axis reads: the one that it is in, or all that it covers where it gets shorter. */
export const scaledReads =
  (from: number, to: number): Reads =>
  (place) => {
    const first = Math.floor((place * from) / to)
    const last = to < from ? Math.max(first + 1, Math.ceil(((place + 1) * from) / to)) : first + 1
    return Array.from({ length: last - first }, (_, at) => first + at)
  }
