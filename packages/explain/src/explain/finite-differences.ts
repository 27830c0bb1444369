/** G against central finite differences that are taken by perturbing the attention in the model's own graph. */
import type { HeadCheck } from './report'
import type { LoadedGraph, LoadGraph } from '../onnx/run-graph'
import { floatsOf } from '../onnx/float16'
import type { Tensor } from '../onnx/tensor'
import { reason } from '../onnx/trace'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import { findAxisOrigins } from './axis-origins'
import type { AxisOrigins } from './axis-parts'
import { slopeErrors, type Evaluate } from './central-differences'
import { downstream } from './dependence'
import { headsOfLayer, type ExplainedHead, type RawMatrices } from './explained-heads'
import { once } from './once'
import { normals, seeded } from './random'
import { isBatchMajor } from './site-shape'
import { repeated, suffixGraph } from './suffix-graph'

/**
 * Rows of G get similar weight, up to this factor, so that rows with small gradients are checked as well. Only in
 * float64, where the larger step costs no precision.
 */
const ROW_WEIGHT = { float64: 5, float32: 1 } as const
/** The error of a head whose gradient is below this share of the strongest head's is relative to that share. */
const WEAKEST = 1e-3
/** Entries of attention, or of the output, in one evaluation; bounds memory. */
const ENTRIES = 3_000_000
/** The same for any other value in it, such as the patches of a convolution. */
const LARGEST = 20_000_000
/** Difference of the output in double precision from the model's own, over its largest value: rounding stays far below. */
const SAME_OUTPUT = 1e-3

/** What is checked, and how its progress is told. */
export interface CertifyOptions {
  /** Ends the check with an AbortError. */
  signal?: AbortSignal
  /** Checks d(logit[first] - logit[second]) instead of the predicted class's logit; classes or marks as in `ClassInputs`. */
  contrast?: [number, number]
  /** Called after each layer with the number of layers checked and of all layers. */
  onProgress?: (done: number, total: number) => void
}

/** What the explain graph says of the picture that is checked. */
export interface Explained extends RawMatrices {
  /** dy / d output of the scalar that is explained, flat. */
  weights: ArrayLike<number>
}

export interface GradientChecks {
  heads: HeadCheck[]
  /** Layers whose attention does not change what the next layer's attention reads. */
  unlinked: number[]
  /** Whether every G is 0. */
  flat: boolean
  precision: 'float64' | 'float32'
  precisionReason?: string
}

/**
 * One random direction a head, over all rows: (y(A + eD) - y(A - eD)) / 2e against <G, D>, in float64 from the attention map onward
 * where ONNX Runtime has the kernels, else in float32.
 */
export async function checkGradients(
  anatomy: ModelAnatomy,
  image: Tensor,
  explained: Explained,
  load: LoadGraph,
  { signal, onProgress }: CertifyOptions,
): Promise<GradientChecks> {
  const { layers } = anatomy.attentions
  const checks: HeadCheck[] = []
  const unlinked: number[] = []
  let double = true
  let precisionReason: string | undefined
  const norms = layers.flatMap((_, layer) =>
    headsOfLayer(anatomy, layer, explained).map(({ gradient }) => norm(gradient)),
  )
  const strongest = Math.max(...norms)
  const origins = anatomy.attentions.tokens === 0 ? findAxisOrigins(anatomy.graph, anatomy.facts) : null
  for (let layer = 0; layer < layers.length; layer++) {
    signal?.throwIfAborted()
    const check = () => checkLayer({ anatomy, image, explained, load, layer, double, strongest, origins })
    const layerChecks = await check().catch((error: unknown) => {
      // No double kernel for some operator: all layers are checked in single precision.
      if (!double || layer > 0 || signal?.aborted) throw error
      double = false
      precisionReason = reason(error)
      return check()
    })
    checks.push(...layerChecks.heads)
    if (!layerChecks.linked) unlinked.push(layer)
    onProgress?.(layer + 1, layers.length)
  }
  return { heads: checks, unlinked, flat: strongest === 0, precision: double ? 'float64' : 'float32', precisionReason }
}

interface LayerCheck {
  anatomy: ModelAnatomy
  image: Tensor
  explained: Explained
  load: LoadGraph
  layer: number
  double: boolean
  strongest: number
  /** What axes are made of, where pictures may lie between the parts of others; null where they do not. */
  origins: ReadonlyMap<string, AxisOrigins> | null
}

async function checkLayer({
  anatomy,
  image,
  explained,
  load,
  layer,
  double,
  strongest,
  origins,
}: LayerCheck): Promise<{ heads: HeadCheck[]; linked: boolean }> {
  const { graph, facts, attentions, logits } = anatomy
  const { layers, noMaps } = attentions
  const heads = headsOfLayer(anatomy, layer, explained)
  // Only maps assume that each layer reads the one before it.
  const next = noMaps === undefined ? (layers[layer + 1] ?? []).map(({ values }) => values) : []
  const matrices = layers[layer]!.map(({ value }) => value)
  const after = downstream(graph, matrices)
  if (next.some((values) => !after.has(values))) return { heads: [], linked: false }
  const suffix = suffixGraph(graph, facts, matrices, [logits.value, ...next], double)
  const values = await frontierValues(anatomy, image, [...suffix.frontier, logits.value], load)
  const precision = double ? 'float64' : 'float32'
  const batches =
    anatomy.dynamicBatch && (!origins || suffix.frontier.every((name) => isBatchMajor(facts, origins, name)))
  const entries = heads.reduce((sum, { gradient }) => sum + gradient.length, 0)
  const copies = batches
    ? Math.max(
        1,
        Math.min(
          2 * heads.length,
          Math.floor(ENTRIES / Math.max(entries, explained.weights.length)),
          Math.floor(LARGEST / suffix.entries),
        ),
      )
    : 1
  const random = seeded(1000 + layer)
  const weights = heads.map((head) => rowWeights(head, ROW_WEIGHT[precision]))
  const directions = heads.map(({ gradient, width }, head) =>
    normals(gradient.length, random).map((value, at) => value * weights[head]![Math.floor(at / width)]!),
  )
  const predictions = heads.map(({ gradient, width }, head) => {
    const weighted = norm(gradient.map((value, at) => value * weights[head]![Math.floor(at / width)]!))
    return {
      slope: dot(gradient, directions[head]!),
      scale: Math.max(weighted, WEAKEST * strongest, Number.MIN_VALUE),
    }
  })
  const weighted = notZero(explained.weights)
  /** y of one copy of the picture. */
  const scalar = (output: ArrayLike<number>, copy: number) =>
    weighted.reduce((sum, [at, weight]) => sum + weight * Number(output[copy * explained.weights.length + at]), 0)
  const found = await once(await load(writeModel(suffix.graph)), async (loaded) => {
    const feedsOf = (count: number) =>
      Object.fromEntries(
        suffix.frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, count, double)]),
      )
    if (double && layer === 0) {
      const output = (await loaded.run(feedsOf(1), [logits.value]))[logits.value]!
      refuseAnotherOutput(floatsOf(output), floatsOf(values[logits.value]!))
    }
    /** y after a step in the direction of a head, for each of some steps. */
    const valuesAt: Evaluate = async (steps) => {
      const results: number[] = []
      for (let from = 0; from < steps.length; from += copies) {
        const part = steps.slice(from, from + copies)
        const feeds = feedsOf(part.length)
        part.forEach(({ head, step }, copy) => {
          const { value, entries: ofCopy, place } = heads[head]!
          perturb(feeds[value]!.data as Float64Array, (entry) => copy * ofCopy + place(entry), directions[head]!, step)
        })
        const output = (await loaded.run(feeds, [logits.value]))[logits.value]!
        part.forEach((_, copy) => results.push(scalar(output.data as Float64Array, copy)))
      }
      return results
    }
    const errors = await slopeErrors(valuesAt, predictions, precision)
    return { errors, linked: await changes(loaded, feedsOf, matrices, next) }
  })
  return { heads: found.errors.map((check, head) => ({ layer, head, ...check })), linked: found.linked }
}

/** Adds `step` times `direction` to the values at its places. */
function perturb(
  values: Float64Array,
  place: (entry: number) => number,
  direction: ArrayLike<number>,
  step: number,
): void {
  for (let at = 0; at < direction.length; at++) values[place(at)]! += step * direction[at]!
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}

/** Operators without a double kernel are rewritten; the whole has to compute what the model computes. */
function refuseAnotherOutput(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  let [largest, worst] = [Number.MIN_VALUE, 0]
  for (let at = 0; at < wanted.length; at++) {
    largest = Math.max(largest, Math.abs(wanted[at]!))
    worst = Math.max(worst, Math.abs(found[at]! - wanted[at]!))
  }
  if (worst <= SAME_OUTPUT * largest) return
  const error = (worst / largest).toExponential(1)
  throw new Error(`the model in double precision gives another output (relative difference ${error})`)
}

/** A factor for each row of G, so that all rows have the same weight as far as `most` goes. */
function rowWeights({ gradient, width }: ExplainedHead, most: number): Float64Array {
  const norms = Float64Array.from({ length: gradient.length / width }, (_, row) =>
    norm(gradient.subarray(row * width, (row + 1) * width)),
  )
  const largest = norms.reduce((max, value) => Math.max(max, value), 0)
  return norms.map((value) => Math.min(most, Math.max(1, largest / Math.max(value, Number.MIN_VALUE))))
}

/** Whether everything that the next layer reads (`next`) changes when this layer's matrices change. */
async function changes(
  loaded: LoadedGraph,
  feedsOf: (count: number) => Record<string, Tensor>,
  matrices: readonly string[],
  next: readonly string[],
): Promise<boolean> {
  if (next.length === 0) return true
  const before = await loaded.run(feedsOf(1), [...next])
  const feeds = feedsOf(1)
  const random = seeded(77)
  for (const name of matrices) {
    const matrix = feeds[name]!.data as Float64Array
    const noise = normals(matrix.length, random)
    for (let at = 0; at < matrix.length; at++) matrix[at]! += 0.1 * noise[at]!
  }
  const changed = await loaded.run(feeds, [...next])
  return next.every((name) => before[name]!.data.some((value, at) => value !== changed[name]!.data[at]))
}

async function frontierValues(anatomy: ModelAnatomy, image: Tensor, frontier: string[], load: LoadGraph) {
  const input = anatomy.graph.inputs[0]!.name
  const computed = frontier.filter((name) => name !== input)
  const prefix = anatomy.graph.clone()
  prefix.outputs = computed.map((name) => ({ name, type: 'unknown', dims: [] }))
  prefix.prune()
  const values = await once(await load({ ...writeModel(prefix), brief: true }), (loaded) =>
    loaded.run({ [input]: image }, computed),
  )
  return { ...values, [input]: image }
}

/** Places and values of what is not 0: of millions of places few have a weight. */
function notZero(weights: ArrayLike<number>): [at: number, weight: number][] {
  const found: [number, number][] = []
  for (let at = 0; at < weights.length; at++) if (weights[at] !== 0) found.push([at, weights[at]!])
  return found
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
