/** The command line's `explain`: preprocessed arrays in, everything that an explain graph computes out. */
import { copyFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { arrangeInput, type ExplainGraph, infer } from '@headlight/explain'
import type { Tensor } from '@headlight/explain/onnx'
import type { ModelReport } from '@headlight/explain/report'
import type { KnownModel } from './analysed-models'
import type { ComputeApi, ExplainArrays, ExplainedArrays, NamedArray } from './api'
import { arrayRegion } from './array-region'
import { chooseProvider } from './choose-provider'
import { boxOf } from './detections'
import { emptyMask } from './empty-mask'

const BATCH = 8

/** Throws 'usage' where input or targets do not fit the model, and what `chooseProvider` throws. */
export async function explainArrays(known: KnownModel, request: ExplainArrays): ReturnType<ComputeApi['explain']> {
  const { model, info } = known
  const { targets, against, queries, noObject, methods, settings, raw, provider, precision } = request
  const graph = model.compile({
    methods,
    settings,
    scores: raw || info.noMaps !== undefined || methods.some((method) => METHODS[method].needsGradient),
    raw,
    contrast: against !== undefined,
    noObject,
  })
  const input = arrangeInput(model, request.input, targets, against)
  const region = request.region === undefined ? null : await regionFor(request.region, input.dims, info)
  if (request.saveGraph !== null) await saveGraph(graph, request.saveGraph, known.dataFiles)
  const image = input.dims.slice(1)
  const { choice, loaded } = await chooseProvider(graph, image, provider, precision)
  try {
    const outputs = namedOutputs(graph)
    const start = performance.now()
    const regions = region && targets.map(() => region)
    const feeds = { pixels: input.data, image, targets, against, queries, ...(regions && { regions }) }
    const { tensors } = await infer(loaded, graph, feeds, [...outputs.values(), ...chosenClasses(graph)], BATCH)
    const seconds = (performance.now() - start) / 1000
    const arrays = [...outputs].flatMap(([name, output]) => {
      const { dims, data } = tensors.get(output)!
      // Query numbers are whole; the files hold float32.
      const array = { name, dims, data: data instanceof Float32Array ? data : Float32Array.from(data, Number) }
      return info.layerHeads && BY_HEAD.has(name) ? layerByLayer(array, info.layerHeads) : [array]
    })
    return {
      ...{ arrays, choice, seconds, notes: region ? [] : emptyMasks(graph, info, tensors) },
      targets: Array.from(tensors.get(graph.outputs.target)!.data as BigInt64Array, Number),
      ...detectionsIn(graph, info, tensors),
    }
  } finally {
    await loaded.release()
  }
}

const regionFor = (file: string, dims: readonly number[], { dense }: ModelReport) =>
  arrayRegion(resolve(file), dims.slice(-2) as [number, number], dense)

/** Outputs with the classes that each sample was explained for. */
const chosenClasses = ({ outputs: { target, against } }: ExplainGraph) => [target, ...(against ? [against] : [])]

function detectionsIn(
  { outputs: { query, box } }: ExplainGraph,
  info: ModelReport,
  tensors: ReadonlyMap<string, Tensor>,
): Pick<ExplainedArrays, 'detections'> {
  if (query === undefined) return {}
  const boxes = box === undefined ? null : (tensors.get(box)!.data as Float32Array)
  const queries = Array.from(tensors.get(query)!.data as BigInt64Array, Number)
  return {
    detections: queries.map((each, sample) => ({
      query: each,
      box: boxes && boxOf(boxes.subarray(sample * 4, (sample + 1) * 4), info),
    })),
  }
}

function emptyMasks(graph: ExplainGraph, info: ModelReport, tensors: ReadonlyMap<string, Tensor>): string[] {
  const shares = graph.outputs.probabilities && (tensors.get(graph.outputs.probabilities)!.data as Float32Array)
  if (!shares) return []
  return Array.from({ length: shares.length / info.classes }, (_, sample) => {
    const classes = chosenClasses(graph).map((name) => Number(tensors.get(name)!.data[sample]))
    return emptyMask(info, shares.subarray(sample * info.classes, (sample + 1) * info.classes), classes)
  }).flatMap((problem, sample) => (problem === null ? [] : [`Sample ${sample} (from 0): ${problem}`]))
}

/** The names of the command line's files, and the graph's outputs that go there. */
function namedOutputs({ outputs }: ExplainGraph): Map<string, string> {
  const names = new Map([['logits', outputs.logits]])
  if (outputs.probabilities) names.set('probabilities', outputs.probabilities)
  if (outputs.query) names.set('query', outputs.query)
  if (outputs.box) names.set('box', outputs.box)
  if (outputs.headL1) names.set('head_l1', outputs.headL1)
  if (outputs.headL2) names.set('head_l2', outputs.headL2)
  if (outputs.headTaylor) names.set('head_taylor', outputs.headTaylor)
  for (const [method, output] of Object.entries(outputs.maps) as [MethodId, string][])
    names.set(`map_${method}`, output)
  if (outputs.attention) names.set('attention', outputs.attention)
  if (outputs.gradient) names.set('gradient', outputs.gradient)
  outputs.siteAttention?.forEach((output, layer) => names.set(ofLayer('attention', layer), output))
  outputs.siteGradient?.forEach((output, layer) => names.set(ofLayer('gradient', layer), output))
  return names
}

/** Arrays `[B, layers, heads, ..]`. */
const BY_HEAD = new Set(['head_l1', 'head_l2', 'head_taylor', 'attention', 'gradient'])

const ofLayer = (name: string, layer: number) => `${name}_${String(layer).padStart(2, '0')}`

/** One array a layer, `[B, heads of the layer, ..]`: `head_l1_00`, `head_l1_01`, .. */
function layerByLayer({ name, dims, data }: NamedArray, layerHeads: readonly number[]): NamedArray[] {
  const [batch, layers, heads, ...rest] = dims as [number, number, number]
  const size = rest.reduce((product: number, length) => product * length, 1)
  return layerHeads.map((count, layer) => {
    const own = new Float32Array(batch * count * size)
    for (let b = 0; b < batch; b++) {
      const start = (b * layers + layer) * heads * size
      own.set(data.subarray(start, start + count * size), b * count * size)
    }
    return { name: ofLayer(name, layer), dims: [batch, count, ...rest], data: own }
  })
}

/** Writes the graph, and the model's data files beside it where it refers to them. */
async function saveGraph(graph: ExplainGraph, file: string, dataFiles: readonly string[]): Promise<void> {
  try {
    await writeFile(file, graph.bytes)
    if (graph.dataFolder === null) return
    for (const source of dataFiles) {
      const target = join(dirname(file), relative(graph.dataFolder, source))
      if (resolve(target) === resolve(source)) continue
      const there = await stat(target).catch(() => null)
      if (there && there.size !== (await stat(source)).size) {
        throw new HeadlightError(
          'not-writable',
          `${target} is another file than the model's data; save the graph elsewhere.`,
        )
      }
      if (!there) await copyFile(source, target)
    }
  } catch (cause) {
    if (cause instanceof HeadlightError) throw cause
    throw new HeadlightError('not-writable', `The graph could not be written to ${file}.`, { cause })
  }
}
