/** Sparse constants as plain ones. */
import type { SparseTensorProto, TensorProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { MAX_ELEMENTS } from './huge-values'
import { decodeTensor, encodeTensor, isExternal } from './proto-tensor'
import { elementCount, type TensorData } from './tensor'

/**
 * The dense form of a sparse tensor, under its values' name: zeros, and its values at their indices, which are
 * positions in the flat tensor `[nnz]` or coordinates `[nnz, rank]`. Throws 'unreadable-model' where they do not fit.
 */
export function denseTensor({ values, indices, dims: shape }: SparseTensorProto): TensorProto {
  const name = values?.name ?? ''
  const damaged = (what: string) =>
    new HeadlightError('unreadable-model', `The sparse tensor '${name}' ${what}; export the model with dense weights.`)
  if (!values || !indices) throw damaged('lacks its values or their indices')
  if (isExternal(values) || isExternal(indices)) throw damaged('lies outside the file')
  const dims = shape.map(Number)
  const count = elementCount(dims)
  if (dims.some((dim) => dim < 0) || count > MAX_ELEMENTS) throw damaged(`has the shape [${dims.join(', ')}]`)
  const given = decodeTensor(values)
  const places = decodeTensor(indices)
  if (given.type === 'string' || places.type === 'string') throw damaged('holds text')
  const rank = places.dims.length === 2 ? places.dims[1]! : 1
  if (rank !== 1 && rank !== dims.length) throw damaged(`has indices of ${rank} axes for ${dims.length}`)
  const Values = given.data.constructor as new (length: number) => Exclude<TensorData, string[]>
  const data = new Values(count)
  for (let at = 0; at < given.data.length; at++) {
    const own = Array.from({ length: rank }, (_, axis) => Number(places.data[at * rank + axis]))
    const flat = places.dims.length === 2 && rank === dims.length ? flatIndex(own, dims) : own[0]!
    if (!(flat >= 0 && flat < count)) throw damaged(`has the index [${own.join(', ')}] outside [${dims.join(', ')}]`)
    data[flat] = given.data[at] as never
  }
  return encodeTensor(name, { type: given.type, dims, data })
}

/** The position in the flat tensor; NaN for a coordinate outside. */
function flatIndex(coordinates: readonly number[], dims: readonly number[]): number {
  return coordinates.reduce((flat, at, axis) => (at >= 0 && at < dims[axis]! ? flat * dims[axis]! + at : NaN), 0)
}
