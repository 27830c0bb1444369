/** External data of a model: located only inside the model's own folder. */
import { open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { TensorProto_DataLocation, type TensorProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import { readBytes } from '../files/read-bytes'
import { edited } from './edited-message'
import type { Graph } from './graph'
import { byteSizeOf, isExternal } from './proto-tensor'

/** Where a tensor's bytes lie. */
export interface ExternalLocation {
  location: string
  offset: number
  /** Bytes; null to the end of the file. */
  length: number | null
}

/** The location entry of an external tensor. */
export function externalLocation(proto: TensorProto): ExternalLocation {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]))
  const length = entries.get('length')
  return {
    location: entries.get('location') ?? '',
    offset: Number(entries.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  }
}

/**
 * Checks every external location of a graph read from `modelFile`: relative, inside its folder (links followed),
 * present and long enough. Gives the folder, or null where nothing is external. Throws 'unreadable-model' naming the tensor.
 */
export async function checkExternalData(graph: Graph, modelFile: string): Promise<string | null> {
  const folder = dirname(modelFile)
  const sizes = new Map<string, number>()
  for (const tensor of graph.initializers.values()) {
    if (!isExternal(tensor)) continue
    const { location, offset, length } = externalLocation(tensor)
    const file = inside(folder, location, tensor.name)
    if (!sizes.has(file)) {
      const found = await stat(file).catch(() => null)
      if (!found) {
        throw unreadable(`The model's data file '${location}' is missing: put it beside the .onnx file.`)
      }
      if (!found.isFile())
        throw unreadable(
          `The model's data file '${location}' is not a regular file; put the data beside the .onnx file.`,
        )
      await checkLinks(modelFile, file, location, tensor.name)
      sizes.set(file, found.size)
    }
    if (![offset, length ?? 0].every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0))
      throw unreadable(
        `Tensor '${tensor.name}' lies at an impossible place of the data file '${location}'; export again.`,
      )
    // A length is optional; without one the tensor's own shape tells.
    if (offset + (length ?? byteSizeOf(tensor)) > sizes.get(file)!) {
      throw unreadable(
        `The model's data file '${location}' is too short for tensor '${tensor.name}': it was probably cut off. Copy it again.`,
      )
    }
  }
  return sizes.size > 0 ? folder : null
}

/** The files that a graph's external tensors lie in, absolute. */
export function externalFiles(graph: Graph): string[] {
  if (graph.dataFolder === null) return []
  const locations = [...graph.initializers.values()]
    .filter(isExternal)
    .map((tensor) => externalLocation(tensor).location)
  return [...new Set(locations)].sort().map((location) => join(graph.dataFolder!, location))
}

/** Replaces external tensors that `wanted` accepts by their bytes; keeps the others by reference. */
export async function loadExternalData(
  graph: Graph,
  wanted: (tensor: TensorProto) => boolean = () => true,
): Promise<void> {
  const files = new Map<string, FileHandle>()
  try {
    for (const [name, tensor] of graph.initializers) {
      if (!isExternal(tensor) || !wanted(tensor)) continue
      const { location, offset, length } = externalLocation(tensor)
      const path = join(graph.dataFolder!, location)
      const file = files.get(path) ?? (await open(path))
      files.set(path, file)
      const rawData = await readBytes(file, offset, length ?? (await file.stat()).size - offset)
      const dataLocation = TensorProto_DataLocation.DEFAULT
      graph.initializers.set(name, edited(tensor, { rawData, dataLocation, externalData: [] }))
    }
  } finally {
    for (const file of files.values()) await file.close()
  }
  if (![...graph.initializers.values()].some(isExternal)) graph.dataFolder = null
}

/**
 * A data file may be a link to where the model's file itself lies, as in the cache of Hugging Face (snapshots/ links to
 * blobs/), but to nowhere else: an archive can bring a link to any file of this machine.
 */
async function checkLinks(modelFile: string, file: string, location: string, tensor: string): Promise<void> {
  const real = await realpath(file)
  const homes = [await realpath(dirname(modelFile)), dirname(await realpath(modelFile).catch(() => modelFile))]
  if (homes.some((home) => real.startsWith(home.endsWith(sep) ? home : home + sep))) return
  throw refusal(tensor, location, 'links out of it')
}

const unreadable = (message: string) => new HeadlightError('unreadable-model', message)

function inside(folder: string, location: string, tensor: string): string {
  if (location === '') throw refusal(tensor, location, 'has no name')
  if (isAbsolute(location) || /^[A-Za-z]:|^\\/.test(location)) throw refusal(tensor, location, 'is an absolute path')
  if (location.includes('\0')) throw refusal(tensor, location, 'holds a zero byte')
  if (location.split(/[\\/]/).includes('..')) throw refusal(tensor, location, "leaves the folder through '..'")
  return join(folder, location)
}

function refusal(tensor: string, location: string, why: string): HeadlightError {
  return unreadable(
    `Tensor '${tensor}' refers to the data file '${location}', which ${why}; Headlight reads data only from the model's own folder.`,
  )
}
