import { create } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as A,
  FunctionProtoSchema,
  SparseTensorProtoSchema,
  TensorProto_DataType as T,
  TensorProtoSchema,
  type TensorProto,
} from 'onnx-buf'
import { expect, it } from 'vitest'
import { liftFloat16 } from './lift-float16'
import { attribute, failureOf, model, node } from './model-fixture'
import { decodeTensor } from './proto-tensor'
import { parseModel } from './read'
import { float32 } from './tensor'
import { writeModel } from './write'
import { describe } from 'vitest'

describe('tensors as other tools write them', () => {
  const typed: [string, TensorProto, number[]][] = [
    ['float_data', create(TensorProtoSchema, { dataType: T.FLOAT, dims: [2n], floatData: [1.5, -2] }), [1.5, -2]],
    ['double_data', create(TensorProtoSchema, { dataType: T.DOUBLE, dims: [1n], doubleData: [0.1] }), [0.1]],
    ['int64_data', create(TensorProtoSchema, { dataType: T.INT64, dims: [2n], int64Data: [1n, -12n] }), [1, -12]],
    ['int32_data', create(TensorProtoSchema, { dataType: T.INT32, dims: [1n], int32Data: [-3] }), [-3]],
    ['bool in int32_data', create(TensorProtoSchema, { dataType: T.BOOL, dims: [2n], int32Data: [0, 1] }), [0, 1]],
    ['no element', create(TensorProtoSchema, { dataType: T.INT64, dims: [0n] }), []],
    ['a scalar', create(TensorProtoSchema, { dataType: T.INT64, int64Data: [7n] }), [7]],
  ]

  it.each(typed)('a Constant node with typed data: %s', (_, t, wanted) => {
    const constant = node('Constant', [], ['c'], [attribute({ name: 'value', type: A.TENSOR, t })])
    const graph = parseModel(model({ nodes: [constant, node('Neg', ['x'], ['y'])] }), 'model.onnx')
    expect(Array.from(graph.constant('c')!.data, Number)).toEqual(wanted)
    // Written and read again it says the same.
    expect(parseModel(writeModel(graph).bytes, 'again.onnx').constant('c')).toEqual(graph.constant('c'))
  })

  it('a typed tensor that a call gives to a function', () => {
    const t = create(TensorProtoSchema, { dataType: T.FLOAT, dims: [1n], floatData: [2.5] })
    const inner = attribute({ name: 'value', type: A.TENSOR, refAttrName: 'k' })
    const scaled = create(FunctionProtoSchema, {
      ...{ name: 'scaled', domain: 'local', input: ['x'], output: ['y'], attribute: ['k'] },
      node: [node('Constant', [], ['c'], [inner]), node('Mul', ['x', 'c'], ['y'])],
    })
    const call = node('scaled', ['x'], ['y'], [attribute({ name: 'k', type: A.TENSOR, t })], 'local')
    const graph = parseModel(model({ nodes: [call], functions: [scaled] }), 'model.onnx')
    expect(graph.constant(graph.nodes[0]!.inputs[1]!)).toEqual(float32([1], [2.5]))
  })

  it('typed half-precision data is widened', async () => {
    const t = create(TensorProtoSchema, { dataType: T.FLOAT16, dims: [2n], int32Data: [0x3c00, 0xc000] })
    const fill = node('ConstantOfShape', ['n'], ['y'], [attribute({ name: 'value', type: A.TENSOR, t })])
    const graph = parseModel(model({ nodes: [fill], weights: ['n'] }), 'model.onnx')
    await liftFloat16(graph)
    const { t: widened } = graph.nodes[0]!.attributes[0]!
    expect(decodeTensor(widened!)).toMatchObject({ type: 'float32', data: Float32Array.of(1, -2) })
  })

  it.each<[string, bigint[], bigint[]]>([
    ['flat positions', [2n], [1n, 5n]],
    ['coordinates', [2n, 2n], [0n, 1n, 1n, 2n]],
  ])('a sparse initializer with %s', (_, dims, places) => {
    const values = create(TensorProtoSchema, { name: 's', dataType: T.FLOAT, dims: [2n], floatData: [3, -4] })
    const indices = create(TensorProtoSchema, { dataType: T.INT64, dims, int64Data: places })
    const sparse = create(SparseTensorProtoSchema, { values, indices, dims: [2n, 3n] })
    const bytes = model({ nodes: [node('Add', ['x', 's'], ['y'])], sparse: [sparse] })
    expect(parseModel(bytes, 'model.onnx').constant('s')).toEqual(float32([2, 3], [0, 3, 0, 0, 0, -4]))
  })

  it.each<[string, bigint[]]>([
    ['outside', [1n, 6n]],
    ['negative', [1n, -1n]],
  ])('a sparse initializer with an index %s is damaged', (_, places) => {
    const values = create(TensorProtoSchema, { name: 's', dataType: T.FLOAT, dims: [2n], floatData: [3, -4] })
    const indices = create(TensorProtoSchema, { dataType: T.INT64, dims: [2n], int64Data: places })
    const sparse = create(SparseTensorProtoSchema, { values, indices, dims: [2n, 3n] })
    const bytes = model({ nodes: [node('Add', ['x', 's'], ['y'])], sparse: [sparse] })
    expect(failureOf(bytes)).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining("'s'") })
  })

  it('an output without a type stays without one, and a length of -1 is free', () => {
    const bytes = model({ nodes: [node('Cast', ['x'], ['y'], [])], batch: -1n, untyped: true })
    const graph = parseModel(bytes, 'model.onnx')
    expect(graph.outputs).toEqual([{ name: 'y', type: 'unknown', dims: [] }])
    expect(graph.inputs[0]!.dims).toEqual(['?', 3])
  })
})
