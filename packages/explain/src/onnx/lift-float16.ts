/** Half-precision models in single precision: constants converted, casts redirected. */
import { TensorProto_DataType as T, type TensorProto } from 'onnx-buf'
import { edited } from './edited-message'
import { loadExternalData } from './external-data'
import { toFloat32 } from './float16'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { attributes } from './node'
import { decodeTensor, elementTypeOf, encodeTensor } from './proto-tensor'

const HALF = new Set<number>([T.FLOAT16, T.BFLOAT16])

/** Whether any constant, input, output or cast of the graph is half precision. */
export function hasFloat16(graph: Graph): boolean {
  return holds(graph, T.FLOAT16) || hasBFloat16(graph)
}

/** Whether any of them is bfloat16. */
export function hasBFloat16(graph: Graph): boolean {
  return holds(graph, T.BFLOAT16)
}

function holds(graph: Graph, dataType: number): boolean {
  const type = elementTypeOf(dataType)
  return (
    [...graph.initializers.values()].some((tensor) => tensor.dataType === dataType) ||
    [...graph.inputs, ...graph.outputs].some((info) => info.type === type) ||
    graph.nodes.some((node) =>
      node.attributes.some(
        (attribute) =>
          (['to', 'dtype'].includes(attribute.name) && Number(attribute.i) === dataType) ||
          attribute.t?.dataType === dataType,
      ),
    )
  )
}

/** Makes a half-precision graph single precision, in place. External half-precision constants are read in. */
export async function liftFloat16(graph: Graph): Promise<void> {
  await loadExternalData(graph, ({ dataType }) => HALF.has(dataType))
  for (const [name, proto] of graph.initializers) {
    if (HALF.has(proto.dataType)) graph.initializers.set(name, widened(name, proto))
  }
  for (const info of [...graph.inputs, ...graph.outputs]) {
    if (info.type === 'float16' || info.type === 'bfloat16') info.type = 'float32'
  }
  graph.nodes = graph.nodes.map(liftNode)
}

function widened(name: string, proto: TensorProto): TensorProto {
  const tensor = decodeTensor(proto)
  return encodeTensor(name, { type: 'float32', dims: tensor.dims, data: toFloat32(tensor) })
}

function liftNode(node: GraphNode): GraphNode {
  const lifted = node.clone()
  lifted.attributes = node.attributes.map((attribute) => {
    if (attribute.name === 'to' && node.op === 'Cast' && HALF.has(Number(attribute.i)))
      return attributes({ to: T.FLOAT })[0]!
    if (attribute.name === 'dtype' && HALF.has(Number(attribute.i))) return attributes({ dtype: T.FLOAT })[0]!
    if (attribute.t && HALF.has(attribute.t.dataType)) return edited(attribute, { t: widened('', attribute.t) })
    return attribute
  })
  return lifted
}
