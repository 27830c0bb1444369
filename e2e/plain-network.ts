/** A valid ONNX model without attention, as a file that Headlight has to refuse with a reason. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorShapeProtoSchema,
  TensorShapeProto_DimensionSchema,
  TypeProtoSchema,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf'

/** Pooling and flattening of `[1, 3, 8, 8]` pixels to `[1, 3]` logits. */
export function plainNetwork(): Uint8Array {
  const node = (opType: string, input: string, output: string) =>
    create(NodeProtoSchema, { name: opType, opType, input: [input], output: [output] })
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
    graph: create(GraphProtoSchema, {
      name: 'plain',
      node: [node('GlobalAveragePool', 'pixels', 'pooled'), node('Flatten', 'pooled', 'logits')],
      input: [floats('pixels', [1, 3, 8, 8])],
      output: [floats('logits', [1, 3])],
    }),
  })
  return toBinary(ModelProtoSchema, model)
}

function floats(name: string, dims: number[]) {
  const dim = dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
  )
  const tensor = create(TypeProto_TensorSchema, {
    elemType: TensorProto_DataType.FLOAT,
    shape: create(TensorShapeProtoSchema, { dim }),
  })
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  })
}
