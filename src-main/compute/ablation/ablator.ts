/** A model that is loaded for switching off heads: its explain graph for what is said of heads, its gated graph for what happens. */
import { HeadlightError } from '@shared/errors'
import type { ModelInfo, ProviderChoice } from '@shared/api'
import { type ExplainGraph, type GatedGraph, type HeadFill, infer } from '@headlight/explain'
import type { AnalysedModel } from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import type { KnownModel } from '../analysed-models'
import type { AblatedSamples, AblationInput, AblationOptions, HeadCriteria, HeadOutputSums, SampleInput } from '../api'
import { chooseProvider } from '../choose-provider'
import { decodeBatch } from '../decode-batch'
import type { DecodeSample } from '../decode-sample'
import { classProbability, highestLogit, refuseNumber } from '../evaluation/class-probability'
import type { InferenceLane } from '../inference-lane'
import { onnxRuntime } from '../onnx-runtime'
import { imageShape } from '../session'

/** Pictures of one pass of the gated graph; halved where the memory does not suffice. */
const BATCH = 16

export class Ablator {
  readonly choice: ProviderChoice
  readonly #options: AblationOptions
  readonly #info: ModelInfo
  readonly #model: AnalysedModel
  readonly #explain: { graph: ExplainGraph; loaded: LoadedGraph }
  readonly #lane: InferenceLane
  readonly #decode: DecodeSample
  #gated: { graph: GatedGraph; loaded: LoadedGraph; batch: number } | null = null
  #outputs: { graph: ReturnType<AnalysedModel['compileHeadOutputs']>; loaded: LoadedGraph } | null = null

  private constructor(
    { info, model }: KnownModel,
    choice: ProviderChoice,
    explain: { graph: ExplainGraph; loaded: LoadedGraph },
    options: AblationOptions,
    lane: InferenceLane,
    decode: DecodeSample,
  ) {
    this.choice = choice
    this.#info = info
    this.#model = model
    this.#explain = explain
    this.#options = options
    this.#lane = lane
    this.#decode = decode
  }

  /** Throws 'unsupported-model' where heads cannot be switched off, 'usage' for a model that gives a number, and what `chooseProvider` throws. */
  static async open(
    known: KnownModel,
    options: AblationOptions,
    lane: InferenceLane,
    decode: DecodeSample,
  ): Promise<Ablator> {
    const { settings, preprocessing, provider, precision } = options
    refuseNumber(known.info.fileName, options.task)
    // A refusal comes before anything is loaded.
    known.model.compileGated({ kind: 'zero' })
    const graph = known.model.compile({ methods: [], settings, scores: true, raw: false, headMeasures: true })
    return lane.run('batch', async () => {
      const image = imageShape(known.info, preprocessing)
      const { choice, loaded } = await chooseProvider(graph, image, provider, precision)
      return new Ablator(known, choice, { graph, loaded }, options, lane, decode)
    })
  }

  /** What stands in place of the heads that `switchOff` switches off. */
  async fill(fill: HeadFill): Promise<void> {
    await this.#gated?.loaded.release()
    const graph = this.#model.compileGated(fill)
    this.#gated = { graph, loaded: await this.#load(graph), batch: graph.dynamicBatch ? BATCH : 1 }
  }

  /** The prediction of every sample, and what is said of its heads. */
  async criteria(samples: readonly SampleInput[]): Promise<HeadCriteria> {
    const decoded = await decodeBatch(samples, this.#options.preprocessing, this.#decode)
    const n = decoded.samples.length
    if (n === 0)
      return {
        ids: new Uint32Array(0),
        unchanged: new Float32Array(0),
        measures: new Float32Array(0),
        errors: decoded.errors,
      }
    const { graph, loaded } = this.#explain
    const { outputs } = graph
    const names = [
      outputs.headL1,
      outputs.headL2,
      outputs.headTaylor,
      outputs.headAbsoluteTaylor,
      outputs.headEntropy,
      outputs.headReadoutEntropy,
      outputs.headOutputNorm,
    ].map((name) => name!)
    const input = { pixels: decoded.pixels, image: this.#image, targets: decoded.samples.map(() => -1) }
    const { tensors } = await this.#lane.run('batch', () =>
      infer(loaded, graph, input, [outputs.logits, outputs.target, ...names], n),
    )
    const { layers, heads, classes } = this.#info
    const size = layers * heads
    const unchanged = new Float32Array(n * 3)
    const measures = new Float32Array(n * names.length * size)
    for (let at = 0; at < n; at++) {
      const logits = (tensors.get(outputs.logits)!.data as Float32Array).subarray(at * classes, (at + 1) * classes)
      const predicted = Number(tensors.get(outputs.target)!.data[at])
      unchanged.set([predicted, logits[predicted]!, classProbability(logits, predicted, this.#task)], at * 3)
      names.forEach((name, measure) => {
        const own = (tensors.get(name)!.data as Float32Array).subarray(at * size, (at + 1) * size)
        measures.set(own, (at * names.length + measure) * size)
      })
    }
    return {
      ids: Uint32Array.from(decoded.samples, ({ sample }) => sample.id),
      unchanged,
      measures,
      errors: decoded.errors,
    }
  }

  /** Sums over the samples of O of every head, averaged over its tokens. */
  async outputSums(samples: readonly SampleInput[]): Promise<HeadOutputSums> {
    const { samples: read, pixels } = await decodeBatch(samples, this.#options.preprocessing, this.#decode)
    if (this.#outputs === null) {
      const graph = this.#model.compileHeadOutputs()
      this.#outputs = { graph, loaded: await this.#load(graph) }
    }
    const { graph, loaded } = this.#outputs
    const image = this.#image
    const stride = image.reduce((product, dim) => product * dim, 1)
    const step = graph.dynamicBatch ? read.length : 1
    const sums: Float64Array[] = []
    for (let first = 0; first < read.length; first += step) {
      const data = pixels.subarray(first * stride, (first + step) * stride)
      const feeds = { [graph.imageInput]: { type: 'float32' as const, dims: [step, ...image], data } }
      const found = await this.#lane.run('batch', () => loaded.run(feeds, graph.outputs))
      graph.outputs.forEach((name, layer) => {
        const values = found[name]!.data as Float32Array
        const size = values.length / step
        const sum = (sums[layer] ??= new Float64Array(size))
        values.forEach((value, at) => (sum[at % size]! += value))
      })
    }
    return { count: read.length, sums }
  }

  /** Every sample under every set of gates, `[sets, layers * heads]`, 1 for a head as it is; batches mix both. */
  async switchOff(inputs: readonly AblationInput[], gates: Uint8Array, signal?: AbortSignal): Promise<AblatedSamples> {
    if (this.#gated === null)
      throw new HeadlightError('internal', 'Nothing was said about what takes the place of heads.')
    const { samples, pixels, errors } = await decodeBatch(inputs, this.#options.preprocessing, this.#decode)
    const size = this.#info.layers * this.#info.heads
    const sets = gates.length / size
    const total = samples.length * sets
    const stride = pixels.length / Math.max(1, samples.length)
    const result = {
      logit: new Float32Array(total),
      probability: new Float32Array(total),
      prediction: new Int32Array(total),
    }
    for (let first = 0; first < total;) {
      const count = Math.min(this.#gated.batch, total - first)
      const batch = new Float32Array(count * stride)
      const open = new Float32Array(count * size)
      for (let at = 0; at < count; at++) {
        const [sample, set] = [Math.floor((first + at) / sets), (first + at) % sets]
        batch.set(pixels.subarray(sample * stride, (sample + 1) * stride), at * stride)
        open.set(gates.subarray(set * size, (set + 1) * size), at * size)
      }
      const logits = await this.#lane.run('batch', () => this.#gatedLogits(batch, open, count), signal)
      if (logits === null) continue
      for (let at = 0; at < count; at++) {
        const own = logits.subarray(at * this.#info.classes, (at + 1) * this.#info.classes)
        const { predicted } = samples[Math.floor((first + at) / sets)]!.sample as AblationInput
        result.logit[first + at] = own[predicted]!
        result.probability[first + at] = classProbability(own, predicted, this.#task)
        result.prediction[first + at] = highestLogit(own)
      }
      first += count
      signal?.throwIfAborted()
    }
    return { ids: Uint32Array.from(samples, ({ sample }) => sample.id), ...result, errors }
  }

  async close(): Promise<void> {
    await this.#lane.run('batch', async () => {
      await this.#explain.loaded.release()
      await this.#gated?.loaded.release()
      await this.#outputs?.loaded.release()
    })
  }

  get #image(): number[] {
    return imageShape(this.#info, this.#options.preprocessing)
  }

  get #task() {
    return this.#options.task ?? 'single-label'
  }

  async #load(graph: Parameters<ReturnType<typeof onnxRuntime>>[0]): Promise<LoadedGraph> {
    const { provider, precision } = this.choice
    return this.#lane.run('batch', () => onnxRuntime({ provider, precision })(graph))
  }

  /** `[count, classes]`; null where the memory did not suffice, and the batch is smaller from now on. */
  async #gatedLogits(pixels: Float32Array, open: Float32Array, count: number): Promise<Float32Array | null> {
    const gated = this.#gated!
    const { graph, loaded } = gated
    const { layers, heads } = this.#info
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, dims: [count, ...this.#image], data: pixels },
      [graph.gatesInput]: { type: 'float32' as const, dims: [count, layers, heads], data: open },
    }
    try {
      return (await loaded.run(feeds, [graph.logits]))[graph.logits]!.data as Float32Array
    } catch (error) {
      if (!(error instanceof HeadlightError) || error.code !== 'out-of-memory' || count === 1) throw error
      gated.batch = Math.ceil(count / 2)
      return null
    }
  }
}
