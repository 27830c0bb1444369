/** A model that is loaded for evaluation: its explain graph for maps, its forward graph for the metrics. */
import { HeadlightError } from '@shared/errors'
import { CONTROLS, type ControlId, randomisationColumn } from '@shared/evaluation/metrics'
import type { ModelInfo, ProviderChoice } from '@shared/api'
import { type AnalysedModel, type ExplainGraph, infer } from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import type { KnownModel } from '../analysed-models'
import type { EvaluatedMap, EvaluationInput, EvaluationOptions, EvaluationResult } from '../api'
import { measureBatch } from '../batch-size'
import { chooseProvider } from '../choose-provider'
import { decodeBatch } from '../decode-batch'
import type { DecodeSample } from '../decode-sample'
import type { InferenceLane } from '../inference-lane'
import { imageShape } from '../session'
import { classProbability, highestLogit, refuseNumber } from './class-probability'
import { controlMap } from './controls'
import { type Forward, runVariants } from './forward-batches'
import { type Candidate, candidate, type Measurement, type Outcome, type Subject, type Variant } from './measurement'
import { measurementsOf } from './measurements'
import { type PatchPlaces, patchPlaces } from './patch-places'
import { Randomisation, randomisationValues, type SampleMaps } from './randomisation'

interface Explained {
  input: EvaluationInput
  subject: Subject
  /** By method and control; null for a map of which nothing is defined. */
  candidates: Map<string, Candidate | null>
  /** Maps of the methods, `[P]`. */
  maps: SampleMaps
}

interface LoadedExplain {
  graph: ExplainGraph
  loaded: LoadedGraph
}

export class Evaluator {
  readonly choice: ProviderChoice
  readonly #options: EvaluationOptions
  readonly #info: ModelInfo
  readonly #model: AnalysedModel
  readonly #explain: LoadedExplain
  readonly #forward: Forward
  readonly #places: PatchPlaces
  readonly #lane: InferenceLane
  readonly #decode: DecodeSample
  #randomisation: Randomisation | null = null

  private constructor(
    parts: { info: ModelInfo; model: AnalysedModel; choice: ProviderChoice; explain: LoadedExplain; forward: Forward },
    options: EvaluationOptions,
    lane: InferenceLane,
    decode: DecodeSample,
  ) {
    this.choice = parts.choice
    this.#info = parts.info
    this.#model = parts.model
    this.#explain = parts.explain
    this.#forward = parts.forward
    this.#options = options
    this.#lane = lane
    this.#decode = decode
    this.#places = patchPlaces(parts.info.grid, parts.forward.image as [number, number, number])
  }

  /** Throws 'usage' for models that no metric is defined of, and what `chooseProvider` and `compile` throw. */
  static async open(
    { info, model }: KnownModel,
    options: EvaluationOptions,
    lane: InferenceLane,
    decode: DecodeSample,
  ): Promise<Evaluator> {
    refuseUndefined(info)
    refuseNumber(info.fileName, options.task)
    const { methods, settings, preprocessing, provider, precision } = options
    const image = imageShape(info, preprocessing)
    const plain = { settings, scores: false, raw: false }
    const graphs = { explain: model.compile({ ...plain, methods }), forward: model.compile({ ...plain, methods: [] }) }
    return lane.run('batch', async () => {
      const { choice, loaded } = await chooseProvider(graphs.forward, image, provider, precision)
      const batch = await measureBatch(loaded, graphs.forward, image, info)
      const explaining = await chooseProvider(graphs.explain, image, choice.provider, precision)
      return new Evaluator(
        {
          ...{ info, model, choice },
          explain: { graph: graphs.explain, loaded: explaining.loaded },
          forward: { graph: graphs.forward, loaded, image, classes: info.classes, batch },
        },
        options,
        lane,
        decode,
      )
    })
  }

  /** Variants of all samples, maps and metrics share batches. Files that cannot be read are among the errors of the result. */
  async evaluate(inputs: readonly EvaluationInput[], signal?: AbortSignal): Promise<EvaluationResult> {
    const { explained, errors } = await this.#explainAll(withNeighbours(inputs))
    const asked = explained.filter(({ input }) => input.wanted.length > 0)
    const maps: EvaluatedMap[] = []
    const waiting = new Map<Subject, Map<Variant, Outcome | null>>()
    const open: { into: EvaluatedMap; subject: Subject; measurement: Measurement }[] = []
    for (const { input, subject, candidates } of asked) {
      const measure = measurementsOf(subject, this.#options)
      waiting.set(subject, new Map())
      for (const { part, methods } of input.wanted) {
        // A mask may be there another time, so nothing is said of the sample now.
        if (part === 'localisation' && subject.mask === null) continue
        if (part === 'randomisation') continue
        for (const method of methods) {
          const into: EvaluatedMap = { id: input.id, part, method, values: null }
          maps.push(into)
          const measured = candidates.get(method)
          if (!measured) continue
          const measurement = measure[part](measured)
          open.push({ into, subject, measurement })
          for (const variant of measurement.variants) waiting.get(subject)!.set(variant, null)
        }
      }
    }
    const pictures = await this.#run(waiting, signal)
    for (const { into, subject, measurement } of open) {
      const outcomes = waiting.get(subject)!
      into.values = measurement.values(measurement.variants.map((variant) => outcomes.get(variant)!))
    }
    maps.push(...(await this.#randomised(explained)))
    const known = new Set(inputs.map(({ id }) => id))
    return {
      ids: Uint32Array.from(asked, ({ input }) => input.id),
      maps,
      residual: this.#randomisation?.residual ?? null,
      passes: { pictures, batch: this.#forward.batch },
      errors: errors.filter(({ id }) => known.has(id)),
    }
  }

  async close(): Promise<void> {
    await this.#lane.run('batch', async () => {
      await this.#forward.loaded.release()
      await this.#explain.loaded.release()
      await this.#randomisation?.close()
    })
  }

  /** Gives how many pictures there were. */
  async #run(waiting: Map<Subject, Map<Variant, Outcome | null>>, signal?: AbortSignal): Promise<number> {
    const task = this.#options.task ?? 'single-label'
    const variants = [...waiting].flatMap(([{ predicted }, outcomes]) =>
      [...outcomes.keys()].map((variant) => ({
        variant,
        take(logits: Float32Array) {
          const probability = classProbability(logits, predicted, task)
          outcomes.set(variant, { probability, prediction: highestLogit(logits) })
        },
      })),
    )
    await runVariants(this.#forward, this.#lane, variants, signal)
    return variants.length
  }

  async #randomised(explained: readonly Explained[]): Promise<EvaluatedMap[]> {
    const columnsOf = ({ wanted }: EvaluationInput) =>
      wanted.filter(({ part }) => part === 'randomisation').flatMap(({ methods }) => methods)
    const isShuffled = (column: string) => randomisationColumn(column).control === null
    const shuffled = await this.#shuffledMaps(explained.filter(({ input }) => columnsOf(input).some(isShuffled)))
    const mapsOf = new Map(explained.map(({ input, maps }) => [input.id, maps]))
    return explained.flatMap(({ input, maps }) => {
      const next = (input.next && mapsOf.get(input.next.id)) ?? null
      const others = { shuffled: shuffled.get(input.id) ?? [], next }
      // The next image may be readable another time, so nothing is said of it now.
      const columns = columnsOf(input).filter((column) => next || randomisationColumn(column).control !== 'next')
      return columns.map((method): EvaluatedMap => {
        const values = randomisationValues(method, maps, others, this.#info.grid)
        return { id: input.id, part: 'randomisation', method, values }
      })
    })
  }

  /** By sample, its maps under shuffled weights. */
  async #shuffledMaps(explained: readonly Explained[]): Promise<Map<number, SampleMaps[]>> {
    if (explained.length === 0) return new Map()
    const { methods, settings } = this.#options
    const plain = { methods, settings, scores: false, raw: false }
    this.#randomisation ??= await Randomisation.open(this.#model, plain, this.choice, this.#lane)
    const maps = await this.#randomisation.maps(explained.map(({ subject }) => subject))
    return new Map(explained.map(({ input }, at) => [input.id, maps[at]!]))
  }

  /** Maps of the predicted class, of those samples that can be read. */
  async #explainAll(
    inputs: readonly EvaluationInput[],
  ): Promise<{ explained: Explained[] } & Pick<EvaluationResult, 'errors'>> {
    const { preprocessing, task = 'single-label' } = this.#options
    const { samples, pixels, errors } = await decodeBatch(inputs, preprocessing, this.#decode)
    if (samples.length === 0) return { explained: [], errors }
    const { graph, loaded } = this.#explain
    const { image, classes } = this.#forward
    const { logits, target, maps } = graph.outputs
    const fetches = [logits, target, ...Object.values(maps)]
    const input = { pixels, image, targets: samples.map(() => -1) }
    const { tensors } = await this.#lane.run('batch', () => infer(loaded, graph, input, fetches, samples.length))
    const row = (name: string, at: number, size: number) =>
      (tensors.get(name)!.data as Float32Array).subarray(at * size, (at + 1) * size)
    const stride = pixels.length / samples.length
    const patches = this.#info.grid[0] * this.#info.grid[1]
    const explained = samples.map(({ sample, hash, mask }, at): Explained => {
      const predicted = Number(tensors.get(target)!.data[at])
      const subject = {
        pixels: pixels.subarray(at * stride, (at + 1) * stride),
        predicted,
        probability: classProbability(row(logits, at, classes), predicted, task),
        label: (sample as EvaluationInput).label,
        mask,
        seed: Number.parseInt(hash.slice(0, 8), 16),
        places: this.#places,
      }
      const candidates = new Map<string, Candidate | null>()
      const own = new Map(Object.entries(maps).map(([method, name]) => [method, row(name, at, patches)]))
      for (const [method, map] of own) candidates.set(method, candidate(map))
      for (const control of CONTROLS) candidates.set(control, candidate(this.#control(control, subject.seed)))
      return { input: sample as EvaluationInput, subject, candidates, maps: own }
    })
    return { explained, errors }
  }

  #control(control: ControlId, seed: number): Float32Array {
    return controlMap(control, this.#info.grid, seed)
  }
}

/** The samples and those behind them that are not among them, of which nothing else is wanted. */
function withNeighbours(inputs: readonly EvaluationInput[]): EvaluationInput[] {
  const known = new Set(inputs.map(({ id }) => id))
  const others = inputs.flatMap(({ next }) => (next && !known.has(next.id) ? [next] : []))
  return [...inputs, ...others.map((next) => ({ ...next, mask: null, target: -1, label: null, wanted: [] }))]
}

/** Metrics are about maps over patches and one probability a class. */
function refuseUndefined({ fileName, noMaps, dense }: ModelInfo): void {
  if (noMaps !== undefined)
    throw new HeadlightError('usage', `${fileName} has no maps, so there is nothing to evaluate: ${noMaps}`)
  if (dense)
    throw new HeadlightError(
      'usage',
      `${fileName} gives classes at several places, and the metrics are defined for the classes of a whole picture.`,
    )
}
