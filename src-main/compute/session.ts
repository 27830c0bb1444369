/** A model that is loaded on a provider, with the preprocessing of one run: batches in, results out. */
import { HeadlightError } from '@shared/errors'
import { METHODS } from '@shared/methods'
import type { ModelInfo, Preprocessing, ProviderChoice } from '@shared/api'
import type { ExplainGraph } from '../explain/api'
import type { LoadedGraph } from '../onnx/run-graph'
import type { KnownModel } from './analysed-models'
import type { BatchResult, PrepareOptions, SampleInput } from './api'
import { batchResult, resultOutputs } from './batch-result'
import { measureBatch } from './batch-size'
import { chooseProvider } from './choose-provider'
import { decodeBatch } from './decode-batch'
import type { DecodeSample } from './decode-sample'
import { infer } from './infer'
import type { InferenceLane } from './inference-lane'

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
  readonly #decode: DecodeSample
  #batch: number

  private constructor(
    parts: { choice: ProviderChoice; loaded: LoadedGraph; graph: ExplainGraph; info: ModelInfo; batch: number },
    preprocessing: Preprocessing,
    lane: InferenceLane,
    decode: DecodeSample,
  ) {
    this.choice = parts.choice
    this.#loaded = parts.loaded
    this.#graph = parts.graph
    this.#info = parts.info
    this.#batch = parts.batch
    this.#preprocessing = preprocessing
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
      // Once there is a backward pass, scores cost next to nothing.
      scores: methods.some((method) => METHODS[method].needsGradient),
      raw: false,
      readoutAttention: false,
    })
    const image = imageShape(info, preprocessing)
    return lane.run('batch', async () => {
      const chosen = await chooseProvider(graph, image, provider, precision)
      const wanted = graph.dynamicBatch ? options.batch : 1
      const batch = wanted === 'auto' ? await measureBatch(chosen.loaded, graph, image, info) : wanted
      return new Session({ ...chosen, graph, info, batch }, preprocessing, lane, decode)
    })
  }

  /** Samples that a call should carry; shrinks when the memory did not suffice. */
  get batch(): number {
    return this.#batch
  }

  /** Explains all samples. Files that cannot be read are among the errors of the result. */
  async run(samples: readonly SampleInput[]): Promise<BatchResult> {
    const known = samples.filter(({ target }) => target < this.#info.classes)
    const decoded = await decodeBatch(known, this.#preprocessing, this.#decode)
    for (const { id, target } of samples) {
      if (target < this.#info.classes) continue
      const message = `The model has ${this.#info.classes} classes, and no class ${target}.`
      decoded.errors.push({ id, code: 'usage', message })
    }
    const { tensors, inferMs } = await this.#infer(
      decoded.pixels,
      decoded.samples.map(({ sample }) => sample.target),
    )
    return batchResult(decoded, tensors, this.#graph, this.#info, inferMs)
  }

  async close(): Promise<void> {
    await this.#lane.run('batch', () => this.#loaded.release())
  }

  async #infer(pixels: Float32Array, targets: number[]) {
    if (targets.length === 0) return { tensors: new Map<string, never>(), inferMs: 0 }
    const image = imageShape(this.#info, this.#preprocessing)
    return this.#lane.run('batch', async () => {
      const start = performance.now()
      const input = { pixels, image, targets }
      const { tensors, batch } = await infer(this.#loaded, this.#graph, input, resultOutputs(this.#graph), this.#batch)
      this.#batch = Math.min(this.#batch, batch)
      return { tensors, inferMs: performance.now() - start }
    })
  }
}
