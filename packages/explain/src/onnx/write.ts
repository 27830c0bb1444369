/** Writing graphs as ONNX files. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  ValueInfoProtoSchema,
  type ValueInfoProto,
} from 'onnx-buf'
import { HeadlightError } from '../errors'
import type { Graph, ValueInfo } from './graph'
import { dataTypeOf } from './proto-tensor'
import type { GraphFile } from './run-graph'

/** A ModelProto cannot be larger: protobuf lengths are signed 32-bit. */
const LARGEST_BYTES = 2 ** 31 - 1

/** Serialises a graph. External constants stay references into `graph.dataFolder`. */
export function writeModel(graph: Graph): GraphFile {
  const names = uniqueNames(graph)
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(Math.max(graph.irVersion, 7)),
    producerName: 'headlight',
    opsetImport: [...graph.opsets].map(([domain, version]) =>
      create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }),
    ),
    graph: create(GraphProtoSchema, {
      name: 'headlight',
      node: graph.nodes.map((node, index) =>
        create(NodeProtoSchema, {
          name: names[index]!,
          opType: node.op,
          domain: node.domain,
          input: node.inputs,
          output: node.outputs,
          attribute: node.attributes,
        }),
      ),
      initializer: [...graph.initializers.values()],
      input: graph.inputs.map(valueInfoProto),
      output: graph.outputs.map(valueInfoProto),
    }),
  })
  const bytes = toBinary(ModelProtoSchema, model)
  if (bytes.length > LARGEST_BYTES) {
    throw new HeadlightError(
      'unsupported-model',
      'The explain graph is larger than 2 GiB; save the model with external data (torch.onnx.export(..., external_data=True)).',
    )
  }
  return { bytes, dataFolder: graph.dataFolder }
}

/** Node names, which ONNX Runtime wants to differ: the given ones, or the first output's where one is missing or taken. */
function uniqueNames(graph: Graph): string[] {
  const taken = new Set<string>()
  return graph.nodes.map(({ name, outputs }) => {
    const chosen = name !== '' && !taken.has(name) ? name : `headlight:${outputs.find(Boolean) ?? taken.size}`
    taken.add(chosen)
    return chosen
  })
}

function valueInfoProto(info: ValueInfo): ValueInfoProto {
  if (info.type === 'unknown') return create(ValueInfoProtoSchema, { name: info.name })
  return create(ValueInfoProtoSchema, {
    name: info.name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dataTypeOf(info.type),
          shape: {
            dim: info.dims.map((dim) => ({
              value:
                typeof dim === 'number'
                  ? { case: 'dimValue' as const, value: BigInt(dim) }
                  : { case: 'dimParam' as const, value: dim },
            })),
          },
        },
      },
    },
  })
}
