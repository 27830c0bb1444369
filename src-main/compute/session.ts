/** A model that is loaded on a provider, with the preprocessing of one run: batches in, results out. */
import { hasHeadMaps } from '@headlight/explain/report'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { METHODS } from '@headlight/explain/methods'
import { AGAINST_NOTHING, QUERY_SUREST, TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import type { ModelInfo, Preprocessing, ProviderChoice } from '@shared/api'
import type { ModelTask } from '@headlight/explain/report'
import { type ExplainGraph, infer } from '@headlight/explain'
import type { LoadedGraph, Tensor } from '@headlight/explain/onnx'
import type { KnownModel } from './analysed-models'
import type { BatchResult, PrepareOptions, SampleInput } from './api'
import { batchResult, resultOutputs } from './batch-result'
import { measureBatch } from './batch-size'
import { chooseProvider } from './choose-provider'
import { decodeBatch, type DecodedBatch } from './decode-batch'
import type { DecodeSample } from './decode-sample'
import type { InferenceLane } from './inference-lane'
import { withoutNotExplained } from './not-explained'
import { truthRegion } from './truth-region'

/** `[C, H, W]` of the model's input. Throws 'usage' where the preprocessing makes pictures of another size. */
export function imageShape({ input }: ModelInfo, { size, channels }: Preprocessing): number[] {
  const made = [channels, size.height, size.width]
  const taken = input.shape.slice(-3)
  if (taken.every((dim, axis) => typeof dim === 'string' || dim === made[axis])) return made
  throw new HeadlightError(
    'usage',
    `The preprocessing makes pictures of ${made.join(' x ')}, and the model takes ${taken.join(' x ')} (channels, height, width).`,
  )
}

export class Session {
  readonly choice: ProviderChoice
  readonly #lane: InferenceLane
  readonly #loaded: LoadedGraph
  readonly #graph: ExplainGraph
  readonly #info: ModelInfo
  readonly #preprocessing: Preprocessing
  readonly #task: ModelTask
  readonly #noObject: number | undefined
  readonly #decode: DecodeSample
  #batch: number

  private constructor(
    parts: { choice: ProviderChoice; loaded: LoadedGraph; graph: ExplainGraph; info: ModelInfo; batch: number },
    { preprocessing, task = 'single-label', noObject }: Pick<PrepareOptions, 'preprocessing' | 'task' | 'noObject'>,
    lane: InferenceLane,
    decode: DecodeSample,
  ) {
    this.choice = parts.choice
    this.#loaded = parts.loaded
    this.#graph = parts.graph
    this.#info = parts.info
    this.#batch = parts.batch
    this.#preprocessing = preprocessing
    this.#task = task
    this.#noObject = noObject
    this.#lane = lane
    this.#decode = decode
  }

  /** Compiles, picks the provider and measures the batch. Throws what `chooseProvider` and `compile` throw. */
  static async open(
    { info, model }: KnownModel,
    options: PrepareOptions,
    lane: InferenceLane,
    decode: DecodeSample,
  ): Promise<Session> {
    const { methods, settings, preprocessing, provider, precision } = options
    const graph = model.compile({
      methods,
      settings,
      // With a backward pass, scores add almost no cost.
      scores: info.noMaps !== undefined || methods.some((method) => METHODS[method].needsGradient),
      raw: false,
      readoutAttention: hasHeadMaps(info),
      contrast: options.contrast,
      noObject: options.noObject,
    })
    const image = imageShape(info, preprocessing)
    return lane.run('batch', async () => {
      const chosen = await chooseProvider(graph, image, provider, precision)
      const wanted = graph.dynamicBatch ? options.batch : 1
      const batch = wanted === 'auto' ? await measureBatch(chosen.loaded, graph, image, info) : wanted
      return new Session({ ...chosen, graph, info, batch }, options, lane, decode)
    })
  }

  /** Samples for one call; reduced after memory did not suffice. */
  get batch(): number {
    return this.#batch
  }

  /** Explains all samples. Files that cannot be read are among the errors of the result. */
  async run(samples: readonly SampleInput[]): Promise<BatchResult> {
    const problems = samples.map((sample) => targetProblem(sample, this.#info.classes))
    const explained = samples.filter((_, index) => problems[index] === null)
    const decoded = await decodeBatch(explained, this.#preprocessing, this.#decode)
    samples.forEach(({ id }, index) => {
      const problem = problems[index]
      if (problem) decoded.errors.push({ id, ...problem })
    })
    const regions = this.#truthRegions(decoded)
    const { tensors, inferMs } = await this.#infer(decoded, regions)
    const kept = withoutNotExplained(decoded, tensors, this.#graph, this.#info)
    return batchResult(kept.decoded, kept.tensors, this.#graph, { ...this.#info, task: this.#task }, inferMs, {
      noObject: this.#noObject,
    })
  }

  async close(): Promise<void> {
    await this.#lane.run('batch', () => this.#loaded.release())
  }

  /** Regions of the samples that are explained over their masks; those without one become errors of the batch. */
  #truthRegions(decoded: DecodedBatch): (Float32Array | null)[] {
    const kept: number[] = []
    const regions = decoded.samples.flatMap(({ sample, ...of }, index) => {
      try {
        const region = sample.truth ? truthRegion(of, of, this.#preprocessing, this.#info.dense) : null
        kept.push(index)
        return [region]
      } catch (error) {
        const { code, message } = toErrorValue(error)
        decoded.errors.push({ id: sample.id, code, message })
        return []
      }
    })
    if (kept.length === decoded.samples.length) return regions
    const stride = decoded.pixels.length / decoded.samples.length
    const pixels = new Float32Array(kept.length * stride)
    kept.forEach((from, at) => pixels.set(decoded.pixels.subarray(from * stride, (from + 1) * stride), at * stride))
    decoded.samples = kept.map((index) => decoded.samples[index]!)
    decoded.pixels = pixels
    return regions
  }

  async #infer({ pixels, samples }: DecodedBatch, regions: (Float32Array | null)[]) {
    const targets = samples.map(({ sample }) => sample.target ?? TARGET_PREDICTED)
    const against = samples.map(({ sample }) => sample.against ?? AGAINST_NOTHING)
    const queries = samples.map(({ sample }) => sample.query ?? QUERY_SUREST)
    if (targets.length === 0) return { tensors: new Map<string, Tensor>(), inferMs: 0 }
    const image = imageShape(this.#info, this.#preprocessing)
    return this.#lane.run('batch', async () => {
      const start = performance.now()
      const input = { pixels, image, targets, against, queries, regions }
      const { tensors, batch } = await infer(this.#loaded, this.#graph, input, resultOutputs(this.#graph), this.#batch)
      this.#batch = Math.min(this.#batch, batch)
      return { tensors, inferMs: performance.now() - start }
    })
  }
}

/** Why a sample cannot be explained for its target, null where it can. */
function targetProblem({ target, against = AGAINST_NOTHING }: SampleInput, classes: number) {
  if (target === null) {
    const message = 'The image has no label that the model knows, and this run explains labels.'
    return { code: 'no-label', message }
  }
  const largest = Math.max(target, against)
  if (largest < classes) return null
  return { code: 'usage', message: `The model has ${classes} classes, and no class ${largest}.` }
}
