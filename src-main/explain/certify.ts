/**
 * The certificate: evidence that an explain graph computes the right numbers for its model. The logits equal the
 * original model's, attention rows sum to 1, and every G agrees with central finite differences that are taken by
 * perturbing the attention in the model's own graph, in double precision where ONNX Runtime can.
 */
import type { Certificate, HeadCheck } from '@shared/api/model'
import { DEFAULT_METHOD_SETTINGS } from '@shared/api/model'
import { HeadlightError } from '@shared/errors'
import type { LoadedGraph, LoadGraph } from '../onnx/run-graph'
import { elementCount, float32, int64, type Tensor } from '../onnx/tensor'
import { toFloat16, toFloat32 } from '../onnx/float16'
import { writeModel } from '../onnx/write'
import type { AnalysedModel } from './api'
import type { ModelAnatomy } from './compile'
import { normals, seeded } from './random'
import { repeated, suffixGraph } from './suffix-graph'

/**
 * What a correct explain graph stays under, calibrated in certify.test.ts: the worst of the zoo is far below, every
 * deliberately broken rule far above. Half-precision originals are compared with the single-precision explain graph.
 */
export const LIMITS = {
  logit: { float32: 1e-4, float16: 2e-2 },
  rowSum: 1e-4,
  gradient: { float64: 1e-4, float32: 5e-2 },
} as const

/** Finite-difference step, in units of the random direction (standard normal entries). */
const STEP = { float64: 1e-5, float32: 2e-3 } as const
/** Heads with less gradient than this share of the strongest head are measured against that share. */
const WEAKEST = 1e-3
/** Attention entries in one evaluation; bounds memory. */
const ENTRIES = 3_000_000

export interface CertifyOptions {
  signal?: AbortSignal
  /** Layers checked so far, of all. */
  onProgress?: (done: number, total: number) => void
}

/** Checks an analysed model. Throws 'unsupported-model' where it has no explain graph; a failed check is a result. */
export async function certify(
  model: AnalysedModel,
  load: LoadGraph,
  options: CertifyOptions = {},
): Promise<Certificate> {
  const started = performance.now()
  const { anatomy } = model
  if (!anatomy) throw new HeadlightError('unsupported-model', model.report.reasons.join(' '))
  const image = noiseImage(anatomy)
  const explained = await explain(model, image, load)
  const original = await originalLogits(model, image, load)
  const answers = anatomy.logits.softmax ? softmax(explained.logits) : explained.logits
  const logitError = relativeError(answers, original.logits)
  const rowSumError = worstRowSum(explained.attention, anatomy.attentions.tokens)
  const { heads, precision } = await checkGradients(anatomy, image, explained, load, options)
  const limits = {
    logit: original.half ? LIMITS.logit.float16 : LIMITS.logit.float32,
    rowSum: LIMITS.rowSum,
    gradient: LIMITS.gradient[precision],
  }
  const gradientError = heads.reduce((worst, { error }) => (error > worst || Number.isNaN(error) ? error : worst), 0)
  const failures = [
    ...failure(logitError, limits.logit, 'The logits differ from those of the original model'),
    ...failure(rowSumError, limits.rowSum, 'Attention rows do not sum to 1'),
    ...failure(gradientError, limits.gradient, 'The gradient disagrees with finite differences'),
  ]
  const seconds = (performance.now() - started) / 1000
  return {
    passed: failures.length === 0,
    logitError,
    rowSumError,
    gradientError,
    heads,
    precision,
    limits,
    failures,
    seconds,
  }
}

interface Explained {
  logits: Float32Array
  target: number
  /** `[L, H, N, N]` each. */
  attention: Float32Array
  gradient: Float32Array
}

async function explain(model: AnalysedModel, image: Tensor, load: LoadGraph): Promise<Explained> {
  const graph = model.compile({
    methods: [],
    settings: DEFAULT_METHOD_SETTINGS,
    scores: false,
    raw: true,
    readoutAttention: false,
  })
  const { outputs } = graph
  const fetches = [outputs.logits, outputs.target, outputs.attention!, outputs.gradient!]
  const feeds = { [graph.imageInput]: image, [graph.targetInput]: int64([1], [-1]) }
  const found = await once(await load(graph), (loaded) => loaded.run(feeds, fetches))
  return {
    logits: found[outputs.logits]!.data as Float32Array,
    target: Number(found[outputs.target]!.data[0]),
    attention: found[outputs.attention!]!.data as Float32Array,
    gradient: found[outputs.gradient!]!.data as Float32Array,
  }
}

/** The logits of the file as it is, in its own precision. */
async function originalLogits(model: AnalysedModel, image: Tensor, load: LoadGraph) {
  const { anatomy, report } = model
  const half = model.inputType === 'float16'
  const name = report.input.name
  const feed: Tensor = half ? { type: 'float16', dims: image.dims, data: toFloat16(image.data as Float32Array) } : image
  const fetch = anatomy!.logits.original
  const found = await once(await load(model.original), (loaded) => loaded.run({ [name]: feed }, [fetch]))
  const output = found[fetch]!
  const values = output.type === 'float32' ? (output.data as Float32Array) : toFloat32(output)
  return { logits: values, half: output.type !== 'float32' }
}

async function checkGradients(
  anatomy: ModelAnatomy,
  image: Tensor,
  explained: Explained,
  load: LoadGraph,
  { signal, onProgress }: CertifyOptions,
): Promise<{ heads: HeadCheck[]; precision: 'float64' | 'float32' }> {
  const { sites } = anatomy.attentions
  const checks: HeadCheck[] = []
  let double = true
  const strongest = Math.max(...headNorms(anatomy, explained.gradient))
  for (let layer = 0; layer < sites.length; layer++) {
    signal?.throwIfAborted()
    const check = () => checkLayer({ anatomy, image, explained, load, layer, double, strongest })
    const layerChecks = await check().catch((error: unknown) => {
      // No double kernel for some operator: all layers are checked in single precision.
      if (!double || layer > 0) throw error
      double = false
      return check()
    })
    checks.push(...layerChecks)
    onProgress?.(layer + 1, sites.length)
  }
  return { heads: checks, precision: double ? 'float64' : 'float32' }
}

interface LayerCheck {
  anatomy: ModelAnatomy
  image: Tensor
  explained: Explained
  load: LoadGraph
  layer: number
  double: boolean
  strongest: number
}

/** One random direction a head: (y(A + eD) - y(A - eD)) / 2e against <G, D>. */
async function checkLayer({
  anatomy,
  image,
  explained,
  load,
  layer,
  double,
  strongest,
}: LayerCheck): Promise<HeadCheck[]> {
  const { graph, facts, attentions, logits } = anatomy
  const { heads, tokens, sites } = attentions
  const site = sites[layer]!
  const suffix = suffixGraph(graph, facts, site.value, logits.value, double)
  const values = await frontierValues(anatomy, image, suffix.frontier, load)
  const size = tokens * tokens
  const step = double ? STEP.float64 : STEP.float32
  const copies = anatomy.dynamicBatch ? Math.max(1, Math.min(2 * heads, Math.floor(ENTRIES / (heads * size)))) : 1
  const random = seeded(1000 + layer)
  const directions = Array.from({ length: heads }, () => normals(size, random))
  const evaluations = directions.flatMap((direction, head) => [
    { head, direction, step },
    { head, direction, step: -step },
  ])
  const results = await once(await load(writeModel(suffix.graph)), async (loaded) => {
    const found: number[] = []
    for (let from = 0; from < evaluations.length; from += copies) {
      const part = evaluations.slice(from, from + copies)
      const feeds = Object.fromEntries(
        suffix.frontier.map((name) => [name, repeated(values[name]!, facts.get(name)!.batchAxis, part.length, double)]),
      )
      part.forEach((evaluation, copy) => {
        const map = feeds[site.value]!.data as Float64Array
        const start = (copy * heads + evaluation.head) * size
        for (let at = 0; at < size; at++) map[start + at]! += evaluation.step * evaluation.direction[at]!
      })
      const output = (await loaded.run(feeds, [logits.value]))[logits.value]!
      part.forEach((_, copy) => found.push(Number(output.data[copy * logits.classes + explained.target])))
    }
    return found
  })
  return directions.map((direction, head) => {
    const gradient = explained.gradient.subarray((layer * heads + head) * size, (layer * heads + head + 1) * size)
    const difference = (results[2 * head]! - results[2 * head + 1]!) / (2 * step)
    let inner = 0
    for (let at = 0; at < size; at++) inner += gradient[at]! * direction[at]!
    const scale = Math.max(norm(gradient), WEAKEST * strongest, Number.MIN_VALUE)
    return { layer, head, error: Math.abs(difference - inner) / scale }
  })
}

async function frontierValues(anatomy: ModelAnatomy, image: Tensor, frontier: string[], load: LoadGraph) {
  const prefix = anatomy.graph.clone()
  prefix.outputs = frontier.map((name) => ({ name, type: 'unknown', dims: [] }))
  prefix.prune()
  return once(await load(writeModel(prefix)), (loaded) =>
    loaded.run({ [anatomy.graph.inputs[0]!.name]: image }, frontier),
  )
}

function noiseImage({ graph }: ModelAnatomy): Tensor {
  const dims = [1, ...(graph.inputs[0]!.dims.slice(1) as number[])]
  return float32(dims, normals(elementCount(dims), seeded(42)))
}

function headNorms({ attentions }: ModelAnatomy, gradient: Float32Array): number[] {
  const size = attentions.tokens ** 2
  return Array.from({ length: gradient.length / size }, (_, head) =>
    norm(gradient.subarray(head * size, (head + 1) * size)),
  )
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

function relativeError(found: Float32Array, wanted: Float32Array): number {
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE)
  return wanted.reduce((worst, value, at) => Math.max(worst, Math.abs(value - found[at]!)), 0) / largest
}

function softmax(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits)
  const powers = logits.map((value) => Math.exp(value - largest))
  const total = powers.reduce((sum, value) => sum + value, 0)
  return powers.map((value) => value / total)
}

function worstRowSum(attention: Float32Array, tokens: number): number {
  let worst = 0
  for (let row = 0; row < attention.length; row += tokens) {
    let sum = 0
    for (let at = row; at < row + tokens; at++) sum += attention[at]!
    worst = Math.max(worst, Math.abs(sum - 1))
  }
  return worst
}

function failure(error: number, limit: number, what: string): string[] {
  return error <= limit ? [] : [`${what} (relative error ${error.toExponential(1)}, limit ${limit.toExponential(0)}).`]
}

async function once<Result>(loaded: LoadedGraph, use: (loaded: LoadedGraph) => Promise<Result>): Promise<Result> {
  try {
    return await use(loaded)
  } finally {
    await loaded.release()
  }
}
