/**
 * Weights that stay in the model's own file: to ONNX Runtime the file is external data, which it maps into memory. The graphs
 * that a model is asked questions with then hold no weights, and loading one copies none.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { clone, create } from '@bufbuild/protobuf'
import {
  AttributeProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type TensorProto,
} from 'onnx-buf'
import { HeadlightError } from '../errors'
import { edited } from './edited-message'
import { externalLocation } from './external-data'
import type { Graph, OwnFile } from './graph'
import { isExternal } from './proto-tensor'
import type { GraphFile } from './run-graph'

/** Smaller constants may be positions, masks or shapes, which are looked into. */
const SMALLEST = 1 << 20

/**
 * Replaces the large weights of a graph that `readModel` read from `path` (of `smallest` bytes and more) by references into that file, in place, and forgets the
 * file's bytes, which are read again when they are asked for. A graph with data files of its own stays as it is.
 */
export async function referToOwnFile(graph: Graph, path: string, smallest = SMALLEST): Promise<void> {
  const { file } = graph
  if (!file || file.dataFolder !== null) return
  // Links are followed: ONNX Runtime refuses data files that lie elsewhere than their name says.
  const real = await realpath(path)
  const { bytes: whole } = file
  const large = (tensor: TensorProto) =>
    !isExternal(tensor) && tensor.rawData.length >= smallest && tensor.rawData.buffer === whole.buffer
  if (![...graph.initializers.values()].some(large)) return
  for (const [name, tensor] of graph.initializers) {
    const place = {
      location: basename(real),
      offset: tensor.rawData.byteOffset - whole.byteOffset,
      length: tensor.rawData.length,
    }
    // What was read are views of the whole file: a single one that is left would keep it in memory.
    graph.initializers.set(name, large(tensor) ? reference(tensor, place) : clone(TensorProtoSchema, tensor))
  }
  for (const node of graph.nodes) node.attributes = node.attributes.map((each) => clone(AttributeProtoSchema, each))
  graph.dataFolder = dirname(real)
  graph.ownFile = { path: real, stamp: stampOf(real) }
  graph.file = readAgain(graph.ownFile, whole.length)
}

/** The file, read whenever its bytes are asked for. */
function readAgain(own: OwnFile, size: number): GraphFile {
  return {
    get bytes() {
      const bytes = new Uint8Array(readFileSync(own.path))
      refuseChanged(own)
      if (bytes.length !== size) throw changed(own.path)
      return bytes
    },
    dataFolder: null,
  }
}

/** A file of the same size may hold other weights: its time of change counts, and whether it is the same file of the disk. */
function stampOf(path: string): string {
  const { dev, ino, size, mtimeMs } = statSync(path)
  return [dev, ino, size, mtimeMs].join(' ')
}

function refuseChanged({ path, stamp }: OwnFile): void {
  if (stampOf(path) !== stamp) throw changed(path)
}

function reference(tensor: TensorProto, place: Record<string, string | number>): TensorProto {
  const externalData = Object.entries(place).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value: String(value) }),
  )
  const dataLocation = TensorProto_DataLocation.EXTERNAL
  return edited(tensor, { rawData: new Uint8Array(0), dataLocation, externalData })
}

/** Puts the weights that `referToOwnFile` left in the file into the graph, in place. Throws 'unreadable-model' where the file has changed. */
export function takeFromOwnFile(graph: Graph): void {
  const { ownFile: own } = graph
  if (own === null) return
  const file = openSync(own.path, 'r')
  try {
    for (const [name, tensor] of graph.initializers) {
      if (!isExternal(tensor)) continue
      const { location, offset, length } = externalLocation(tensor)
      if (join(graph.dataFolder!, location) !== own.path) continue
      const rawData = new Uint8Array(length!)
      if (readSync(file, rawData, 0, rawData.length, offset) < rawData.length) throw changed(own.path)
      const dataLocation = TensorProto_DataLocation.DEFAULT
      graph.initializers.set(name, edited(tensor, { rawData, dataLocation, externalData: [] }))
    }
  } finally {
    closeSync(file)
  }
  refuseChanged(own)
  graph.ownFile = null
  graph.dataFolder = null
}

const changed = (file: string) =>
  new HeadlightError('unreadable-model', `${file} was changed while Headlight read it; start again.`)
