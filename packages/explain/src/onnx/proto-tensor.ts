/** TensorProto messages to plain tensors and back. */
import { create } from '@bufbuild/protobuf'
import { TensorProto_DataLocation, TensorProto_DataType as T, TensorProtoSchema, type TensorProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { elementCount, type ElementType, type Tensor, type TensorData } from './tensor'

const TYPE_OF: Partial<Record<number, ElementType>> = {
  [T.FLOAT]: 'float32',
  [T.DOUBLE]: 'float64',
  [T.FLOAT16]: 'float16',
  [T.BFLOAT16]: 'bfloat16',
  [T.INT8]: 'int8',
  [T.UINT8]: 'uint8',
  [T.INT16]: 'int16',
  [T.UINT16]: 'uint16',
  [T.INT32]: 'int32',
  [T.UINT32]: 'uint32',
  [T.INT64]: 'int64',
  [T.UINT64]: 'uint64',
  [T.BOOL]: 'bool',
  [T.STRING]: 'string',
}

const BYTES_PER_ELEMENT: Record<Exclude<ElementType, 'string'>, number> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  bool: 1,
}

/** The element type of a TensorProto data type number; undefined for types that Headlight does not read. */
export function elementTypeOf(dataType: number): ElementType | undefined {
  return TYPE_OF[dataType]
}

/** The TensorProto data type number of an element type. */
export function dataTypeOf(type: ElementType): number {
  for (const [number, name] of Object.entries(TYPE_OF)) if (name === type) return Number(number)
  throw new HeadlightError('internal', `No ONNX data type for ${type}.`)
}

/** The bytes of a tensor's values by its shape and type; 0 where Headlight does not read the type. */
export function byteSizeOf({ dataType, dims }: TensorProto): number {
  const type = elementTypeOf(dataType)
  return type === undefined || type === 'string' ? 0 : elementCount(dims.map(Number)) * BYTES_PER_ELEMENT[type]
}

export function isExternal(proto: TensorProto): boolean {
  return proto.dataLocation === TensorProto_DataLocation.EXTERNAL
}

/** Decodes a tensor. Throws 'unreadable-model' where bytes and shape disagree or the data lies outside the file. */
export function decodeTensor(proto: TensorProto): Tensor {
  const type = elementTypeOf(proto.dataType)
  const dims = proto.dims.map(Number)
  if (type === undefined) {
    const name = T[proto.dataType]?.toLowerCase() ?? String(proto.dataType)
    throw new HeadlightError(
      'unreadable-model',
      `Tensor '${proto.name}' is of type ${name}, which Headlight does not read; export the model in float32 or float16.`,
    )
  }
  if (isExternal(proto)) {
    throw new HeadlightError('internal', `Tensor '${proto.name}' is external and was not loaded.`)
  }
  if (dims.some((dim) => dim < 0)) {
    throw new HeadlightError(
      'unreadable-model',
      `Tensor '${proto.name}' has the impossible shape [${dims.join(', ')}].`,
    )
  }
  const count = elementCount(dims)
  const data =
    type === 'string'
      ? stringData(proto)
      : proto.rawData.length > 0 || count === 0
        ? rawData(proto, type)
        : typedData(proto, type)
  if (data.length !== count) {
    throw new HeadlightError(
      'unreadable-model',
      `Tensor '${proto.name}' of shape [${dims.join(', ')}] holds ${data.length} values instead of ${count}; the file is damaged.`,
    )
  }
  return { type, dims, data }
}

/** Encodes a tensor under a name. */
export function encodeTensor(name: string, tensor: Tensor): TensorProto {
  const dims = tensor.dims.map(BigInt)
  const dataType = dataTypeOf(tensor.type)
  if (tensor.type === 'string') {
    const encoder = new TextEncoder()
    const stringData = (tensor.data as string[]).map((text) => encoder.encode(text))
    return create(TensorProtoSchema, { name, dims, dataType, stringData })
  }
  const data = tensor.data as Exclude<TensorData, string[]>
  const rawData = new Uint8Array(data.byteLength)
  rawData.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return create(TensorProtoSchema, { name, dims, dataType, rawData })
}

function stringData(proto: TensorProto): string[] {
  const decoder = new TextDecoder()
  return proto.stringData.map((bytes) => decoder.decode(bytes))
}

function rawData(proto: TensorProto, type: Exclude<ElementType, 'string'>): TensorData {
  const size = BYTES_PER_ELEMENT[type]
  if (proto.rawData.length % size !== 0) {
    throw new HeadlightError(
      'unreadable-model',
      `Tensor '${proto.name}' ends in the middle of a value; the file is damaged.`,
    )
  }
  // A copy: raw bytes inside a larger buffer need not be aligned.
  return viewOf(proto.rawData.slice().buffer, type)
}

function viewOf(buffer: ArrayBuffer, type: Exclude<ElementType, 'string'>): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(buffer)
    case 'float64':
      return new Float64Array(buffer)
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return new Uint16Array(buffer)
    case 'int8':
      return new Int8Array(buffer)
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer)
    case 'int16':
      return new Int16Array(buffer)
    case 'int32':
      return new Int32Array(buffer)
    case 'uint32':
      return new Uint32Array(buffer)
    case 'int64':
      return new BigInt64Array(buffer)
    case 'uint64':
      return new BigUint64Array(buffer)
  }
}

function typedData(proto: TensorProto, type: Exclude<ElementType, 'string'>): TensorData {
  switch (type) {
    case 'float32':
      return Float32Array.from(proto.floatData)
    case 'float64':
      return Float64Array.from(proto.doubleData)
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return Uint16Array.from(proto.int32Data)
    case 'int8':
      return Int8Array.from(proto.int32Data)
    case 'uint8':
    case 'bool':
      return Uint8Array.from(proto.int32Data)
    case 'int16':
      return Int16Array.from(proto.int32Data)
    case 'int32':
      return Int32Array.from(proto.int32Data)
    case 'uint32':
      return Uint32Array.from(proto.uint64Data, Number)
    case 'int64':
      return BigInt64Array.from(proto.int64Data)
    case 'uint64':
      return BigUint64Array.from(proto.uint64Data)
  }
}
