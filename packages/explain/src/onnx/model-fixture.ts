/** Small models as bytes, node by node. For tests. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as A,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as T,
  ValueInfoProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type NodeProto,
  type SparseTensorProto,
} from 'onnx-buf'
import { parseModel } from './read'
import { encodeTensor } from './proto-tensor'
import { float32 } from './tensor'

interface Model {
  nodes: NodeProto[]
  opset?: number
  domain?: string
  /** Names of constants of shape [3], listed as inputs as well. */
  weights?: string[]
  functions?: FunctionProto[]
  /** 'y' unless given. */
  output?: string | null
  sparse?: SparseTensorProto[]
  irVersion?: bigint
  /** The first length of `x`; 1 unless given. */
  batch?: bigint
  /** Leaves out the output's type. */
  untyped?: boolean
}

/** The bytes of a small model from `x` to `y`, both `[1, 3]`. */
export function model({
  nodes,
  opset = 17,
  domain = '',
  weights = [],
  functions = [],
  output = 'y',
  sparse = [],
  irVersion = 8n,
  batch = 1n,
  untyped = false,
}: Model): Uint8Array {
  const opsetImport = [opsetOf(domain, opset), ...(functions.length > 0 ? [opsetOf('local', 1)] : [])]
  const graph = create(GraphProtoSchema, {
    name: 'graph',
    node: nodes,
    initializer: weights.map((name) => encodeTensor(name, float32([3], [1, 2, 3]))),
    sparseInitializer: sparse,
    input: ['x', ...weights].map((name) => info(name, name === 'x' ? [Number(batch), 3] : [3])),
    output: output === null ? [] : [untyped ? create(ValueInfoProtoSchema, { name: output }) : info(output, [1, 3])],
  })
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion, opsetImport, graph, functions }))
}

function info(name: string, dims: number[]) {
  const dim = dims.map((value) => ({ value: { case: 'dimValue' as const, value: BigInt(value) } }))
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: T.FLOAT, shape: { dim } } } },
  })
}

export function node(
  opType: string,
  input: string[],
  output: string[],
  attributes: AttributeProto[] = [],
  domain = '',
  name = '',
) {
  return create(NodeProtoSchema, { opType, input, output, attribute: attributes, domain, name })
}

export function attribute(value: Parameters<typeof create<typeof AttributeProtoSchema>>[1]): AttributeProto {
  return create(AttributeProtoSchema, value)
}

export function factor(f: number): AttributeProto {
  return attribute({ name: 'factor', type: A.FLOAT, f })
}

export function opsetOf(domain: string, version: number) {
  return create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })
}

/** What reading gives: null where it succeeds. */
export function failureOf(bytes: Uint8Array): unknown {
  try {
    parseModel(bytes, 'model.onnx')
    return null
  } catch (error) {
    return error
  }
}
