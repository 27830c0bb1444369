/** One pass of an explain graph over preprocessed pixels. */
import { HeadlightError } from '../errors'
import type { LoadedGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import type { ExplainGraph } from './api'
import { AGAINST_NOTHING, QUERY_SUREST } from './class-inputs'

/** Samples of one pass and the classes to explain. */
export interface InferenceInput {
  /** `[samples, C, H, W]` */
  pixels: Float32Array
  /** `[C, H, W]` */
  image: readonly number[]
  /** One class a sample, -1 for the predicted one. */
  targets: readonly number[]
  /** The class that each target is explained against, or its mark; without it none is. */
  against?: readonly number[]
  /** Of a detector: the query of each sample whose logit is explained, -1 for the surest; without it the surest. */
  queries?: readonly number[]
  /** Of a segmentation: the mask of each sample, `[h, w]`; null, as without any, for the target's own mask. */
  regions?: readonly (Float32Array | null)[]
}

/** The outputs of all samples. */
export interface InferenceOutput {
  /** By output name, all samples in order: `[samples, ...]`. */
  tensors: Map<string, Tensor>
  /** The largest batch that fitted into memory. */
  batch: number
}

/**
 * Runs all samples in batches of at most `batch`. Where the memory does not suffice the batch is halved and tried
 * again; throws 'out-of-memory' when even one sample does not fit.
 * @param fetches names of the outputs to keep
 */
export async function infer(
  loaded: LoadedGraph,
  graph: ExplainGraph,
  { pixels, image, targets, against, queries, regions }: InferenceInput,
  fetches: readonly string[],
  batch: number,
): Promise<InferenceOutput> {
  const stride = image.reduce((product, dim) => product * dim, 1)
  const parts: Record<string, Tensor>[] = []
  let size = graph.dynamicBatch ? batch : 1
  for (let first = 0; first < targets.length;) {
    const chunk = targets.slice(first, first + size)
    const feeds: Record<string, Tensor> = {
      [graph.imageInput]: {
        type: 'float32',
        dims: [chunk.length, ...image],
        data: pixels.subarray(first * stride, (first + chunk.length) * stride),
      },
      [graph.targetInput]: { type: 'int64', dims: [chunk.length], data: BigInt64Array.from(chunk, BigInt) },
    }
    if (graph.againstInput) {
      const classes = chunk.map((_, index) => BigInt(against?.[first + index] ?? AGAINST_NOTHING))
      feeds[graph.againstInput] = { type: 'int64', dims: [chunk.length], data: BigInt64Array.from(classes) }
    }
    Object.assign(feeds, placeFeeds(graph, chunk.length, { first, queries, regions }))
    try {
      parts.push(await loaded.run(feeds, [...fetches]))
      first += chunk.length
    } catch (error) {
      if (!(error instanceof HeadlightError) || error.code !== 'out-of-memory' || size === 1) throw error
      size = Math.ceil(Math.min(size, chunk.length) / 2)
    }
  }
  const tensors = new Map(fetches.map((name) => [name, concatenate(parts.map((part) => part[name]!))]))
  return { tensors, batch: size }
}

/** Feeds that say which query or mask is explained, of graphs that ask for it. */
export function placeFeeds(
  { queryInput, regionInput }: Pick<ExplainGraph, 'queryInput' | 'regionInput'>,
  samples: number,
  { first = 0, queries, regions }: { first?: number } & Pick<InferenceInput, 'queries' | 'regions'> = {},
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  if (queryInput !== undefined) {
    const chosen = BigInt64Array.from({ length: samples }, (_, at) => BigInt(queries?.[first + at] ?? QUERY_SUREST))
    feeds[queryInput] = { type: 'int64', dims: [samples], data: chosen }
  }
  if (regionInput) {
    const { name, size } = regionInput
    const places = size[0] * size[1]
    const data = new Float32Array(samples * places).fill(OWN_MASK)
    for (let at = 0; at < samples; at++) {
      const region = regions?.[first + at]
      if (region) data.set(region, at * places)
    }
    feeds[name] = { type: 'float32', dims: [samples, ...size], data }
  }
  return feeds
}

/** Stands at every place where the target's own mask is explained. */
const OWN_MASK = -1

/** Tensors after one another along the first axis: float32 or int64. */
function concatenate(tensors: Tensor[]): Tensor {
  const [first, ...others] = tensors as [Tensor, ...Tensor[]]
  if (others.length === 0) return first
  const length = tensors.reduce((sum, tensor) => sum + tensor.data.length, 0)
  const rows = tensors.reduce((sum, tensor) => sum + tensor.dims[0]!, 0)
  const data = first.type === 'int64' ? new BigInt64Array(length) : new Float32Array(length)
  let at = 0
  for (const tensor of tensors) {
    data.set(tensor.data as never, at)
    at += tensor.data.length
  }
  return { type: first.type, dims: [rows, ...first.dims.slice(1)], data }
}
