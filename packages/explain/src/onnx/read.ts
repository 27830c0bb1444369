/** Reading ONNX files. */
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, type GraphProto, type ModelProto, type ValueInfoProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { constantNodesToInitializers } from './constant-nodes'
import { checkExternalData } from './external-data'
import { Graph, checkNodeCount, type ValueInfo } from './graph'
import { inlineFunctions } from './inline-functions'
import { GraphNode } from './node'
import { refuseIrregular } from '../files/regular-file'
import { denseTensor } from './sparse-tensor'
import { elementTypeOf } from './proto-tensor'

/** The lowest and highest opset of ONNX's own operators that Headlight differentiates. */
export const OPSETS = { lowest: 11, highest: 25 } as const

/**
 * Reads a model file. External data stays where it is and is checked to lie in the model's own folder.
 * Throws 'not-found', 'unreadable-model' (not ONNX, truncated, data missing) or 'unsupported-model' (opset).
 */
export async function readModel(file: string): Promise<Graph> {
  await refuseIrregular(file, 'unreadable-model')
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new HeadlightError('not-found', `There is no file ${file}.`, { cause })
    if (cause.code === 'EISDIR') {
      throw new HeadlightError('unreadable-model', `${file} is a folder; choose the .onnx file inside it.`, { cause })
    }
    if (cause.code === 'ERR_FS_FILE_TOO_LARGE') {
      throw new HeadlightError('unreadable-model', `${file} is larger than 2 GiB; save it with external data.`, {
        cause,
      })
    }
    throw new HeadlightError('unreadable-model', `${file} could not be read: ${cause.message}.`, { cause })
  })
  const graph = parseModel(bytes, basename(file))
  graph.dataFolder = await checkExternalData(graph, resolve(file))
  graph.file = { bytes, dataFolder: graph.dataFolder }
  return graph
}

/** Parses the bytes of a ModelProto; `label` names it in messages. */
export function parseModel(content: Uint8Array, label: string): Graph {
  // Not a Buffer, whose slice() shares memory where Uint8Array's copies.
  const bytes = new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
  if (bytes.length === 0)
    throw new HeadlightError('unreadable-model', `${label} is empty (0 bytes); export the model again.`)
  const picture = pictureFormat(bytes)
  if (picture) throw new HeadlightError('unreadable-model', `${label} is a ${picture} image, not an ONNX model.`)
  let model: ModelProto
  try {
    model = fromBinary(ModelProtoSchema, bytes)
  } catch (cause) {
    throw new HeadlightError(
      'unreadable-model',
      `${label} is not a readable ONNX model: it is damaged, cut off or of another format.`,
      { cause },
    )
  }
  if (!model.graph || model.opsetImport.length === 0) {
    throw new HeadlightError(
      'unreadable-model',
      `${label} holds no whole ONNX model: it is damaged, cut off or of another format.`,
    )
  }
  return graphOf(model, model.graph, label)
}

function graphOf(model: ModelProto, proto: GraphProto, label: string): Graph {
  checkNodeCount(proto.node.length)
  const graph = new Graph()
  graph.producer = [model.producerName, model.producerVersion].filter(Boolean).join(' ')
  graph.irVersion = Number(model.irVersion)
  graph.functions = model.functions
  for (const entry of model.opsetImport)
    graph.opsets.set(entry.domain === 'ai.onnx' ? '' : entry.domain, Number(entry.version))
  for (const tensor of proto.initializer) graph.initializers.set(tensor.name, tensor)
  for (const node of proto.node) {
    const domain = node.domain === 'ai.onnx' ? '' : node.domain
    const { opType, input, output, attribute, name, overload } = node
    graph.nodes.push(new GraphNode(opType, [...input], [...output], attribute, domain, name, overload))
  }
  for (const sparse of proto.sparseInitializer) {
    const dense = denseTensor(sparse)
    graph.initializers.set(dense.name, dense)
  }
  // Before IR version 4 every initializer is listed as an input as well.
  graph.inputs = proto.input.filter((info) => !graph.initializers.has(info.name)).map(valueInfo)
  graph.outputs = proto.output.map(valueInfo)
  checkWhole(graph, label)
  checkOpset(graph)
  graph.reserveNames()
  inlineFunctions(graph)
  constantNodesToInitializers(graph)
  graph.sort()
  return graph
}

function valueInfo(proto: ValueInfoProto): ValueInfo {
  const tensor = proto.type?.value.case === 'tensorType' ? proto.type.value.value : undefined
  const dims = (tensor?.shape?.dim ?? []).map(({ value }) => {
    // Some exporters write a free length as -1, and ONNX Runtime takes it so.
    if (value.case === 'dimValue') return value.value < 0n ? '?' : Number(value.value)
    return value.case === 'dimParam' && value.value ? value.value : '?'
  })
  return { name: proto.name, type: elementTypeOf(tensor?.elemType ?? 0) ?? 'unknown', dims }
}

/** A file cut off between fields still parses: look for values that nobody provides. */
function checkWhole(graph: Graph, label: string): void {
  const known = new Set([...graph.initializers.keys(), ...graph.inputs.map((input) => input.name)])
  for (const node of graph.nodes) for (const output of node.outputs) known.add(output)
  const wanted = [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map((output) => output.name)]
  const missing = wanted.find((name) => name !== '' && !known.has(name))
  if (missing !== undefined || graph.outputs.length === 0) {
    const detail = missing === undefined ? 'it has no outputs' : `nothing in it provides '${missing}'`
    throw new HeadlightError(
      'unreadable-model',
      `${label} is incomplete (${detail}): it was probably cut off. Copy or export it again.`,
    )
  }
}

function checkOpset(graph: Graph): void {
  if (graph.opset < OPSETS.lowest) {
    throw new HeadlightError(
      'unsupported-model',
      `The model uses opset ${graph.opset}; Headlight reads opset ${OPSETS.lowest} and later. Export it again with opset_version=17.`,
    )
  }
  if (graph.opset > OPSETS.highest) {
    throw new HeadlightError(
      'unsupported-model',
      `The model uses opset ${graph.opset}; this version of Headlight knows opsets up to ${OPSETS.highest}. Export it again with opset_version=18.`,
    )
  }
}

function pictureFormat(bytes: Uint8Array): string | undefined {
  const starts = (...head: number[]) => head.every((byte, index) => bytes[index] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'JPEG'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'PNG'
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'GIF'
  if (starts(0x52, 0x49, 0x46, 0x46)) return 'WebP'
  return undefined
}
