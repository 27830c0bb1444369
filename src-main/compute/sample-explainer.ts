/** Questions about single samples, answered between the batches of a run. */
import { stat } from 'node:fs/promises'
import { type AttentionRow, explainedPart, type LayerMaps, modelChoice, type SampleExplanation } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import {
  DEFAULT_METHOD_SETTINGS,
  hasHead,
  hasHeadMaps,
  headsInWords,
  type MethodSettings,
} from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'
import { probabilities } from '@shared/probabilities'
import { AGAINST_NOTHING, type ClassInputs, QUERY_SUREST, TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import { NO_CONTRAST } from '@shared/target-classes'
import { boxOf } from './detections'
import { emptyMask } from './empty-mask'
import { containerOf } from '../datasets/location'
import {
  type ChainArrays,
  chainLayerMaps,
  chainMap,
  checkPlaces,
  type ExplainGraph,
  gradientRows,
  infer,
  layerMaps,
  type SampleArrays,
  sampleMap,
} from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import type { AnalysedModels, KnownModel } from './analysed-models'
import type { ComputeApi, SampleQuestion, TargetQuestion } from './api'
import type { DecodeSample } from './decode-sample'
import { ExplainedSamples, type ExplainedSample } from './explained-samples'
import type { InferenceLane } from './inference-lane'
import { modelChanged } from './model-changed'
import { onnxRuntime } from './onnx-runtime'
import { imageShape } from './session'
import { truthRegion } from './truth-region'

interface Held {
  key: string
  graph: ExplainGraph
  loaded: LoadedGraph
}

const PREDICTED: ClassInputs = { target: TARGET_PREDICTED, against: AGAINST_NOTHING }

/**
 * One graph gives A and G of any class; maps of any method, any settings and any layer, and the attention of any token
 * are then arithmetic. The last samples' A and G stay in memory. The graph of the model that was asked about last is
 * kept on the CPU: one sample is quick there, and a run keeps its GPU.
 */
export class SampleExplainer {
  readonly #models: AnalysedModels
  readonly #lane: InferenceLane
  readonly #decode: DecodeSample
  readonly #explained = new ExplainedSamples()
  #held: Held | null = null

  constructor(models: AnalysedModels, lane: InferenceLane, decode: DecodeSample) {
    this.#models = models
    this.#lane = lane
    this.#decode = decode
  }

  /** Throws 'usage' for a class that is not there, 'no-contrast', 'empty-mask', 'no-mask', 'model-changed', and what decoding throws. */
  async explain(question: Parameters<ComputeApi['explainSample']>[0]): Promise<Omit<SampleExplanation, 'top'>> {
    const known = await this.#model(question)
    if (question.methods.length > 0) refuseMaps(known.info)
    const sample = await this.#ask(known, question, question)
    const mapOf = mapsOf(known, sample, question.settings)
    return {
      target: sample.target,
      against: sample.against === AGAINST_NOTHING ? null : sample.against,
      logits: sample.logits,
      probabilities: sample.probabilities ?? probabilities(sample.logits, question.task ?? 'single-label'),
      ...(sample.query !== undefined && {
        detection: { query: sample.query, box: sample.box ? boxOf(sample.box, known.info) : null },
      }),
      layers: known.info.layers,
      heads: known.info.heads,
      grid: known.info.grid,
      headL1: sample.headL1,
      headL2: sample.headL2,
      headTaylor: sample.headTaylor,
      maps: question.methods.map((method) => ({ method, values: mapOf(method) })),
    }
  }

  /** A method's map after each layer. Throws as `explain` does. */
  async layerMaps(question: Parameters<ComputeApi['layerMaps']>[0]): Promise<LayerMaps> {
    const known = await this.#model(question)
    refuseMaps(known.info)
    const sample = await this.#ask(known, question, question)
    const { method, settings } = question
    const { layers, grid } = known.info
    const values = known.model.anatomy!.chain
      ? chainLayerMaps(method, asChain(known, sample), settings)
      : layerMaps(method, asArrays(known, sample), settings)
    return { method, layers, grid, values }
  }

  /** Attention of one head from the read-out rows or from a patch. Throws 'usage' for what is not there. */
  async attention(question: Parameters<ComputeApi['attention']>[0]): Promise<AttentionRow> {
    const { layer, head, patch, asked = PREDICTED } = question
    const known = await this.#model(question)
    refuseMaps(known.info)
    refuseHeadMaps(known.info)
    const { heads, tokens, grid } = known.info
    const { patches } = known.model.anatomy!.geometry
    if (!hasHead(known.info, layer, head)) {
      throw new HeadlightError('usage', `The model has ${headsInWords(known.info)}, counted from 0.`)
    }
    if (patch !== null && patch >= patches.length) {
      throw new HeadlightError('usage', `The grid of ${grid.join(' x ')} has no patch ${patch}, counted from 0.`)
    }
    const sample = await this.#ask(known, question, asked)
    const attention = sample.attention[0]!
    const rows = patch === null ? asArrays(known, sample).readoutRows : [patches[patch]!]
    const mean = new Float32Array(tokens)
    for (const row of rows) {
      const start = ((layer * heads + head) * tokens + row) * tokens
      for (let token = 0; token < tokens; token++) mean[token]! += attention[start + token]! / rows.length
    }
    const ofPatches = new Set(patches)
    return {
      grid,
      values: Float32Array.from(patches, (token) => mean[token]!),
      prefix: mean.filter((_, token) => !ofPatches.has(token)),
    }
  }

  async #model({ modelPath, preprocessing, expectedHash, signal, ...choice }: SampleQuestion): Promise<KnownModel> {
    const known = await this.#models.get(modelPath, modelChoice(choice), preprocessing.size)
    signal?.throwIfAborted()
    if (known.info.hash !== expectedHash) throw modelChanged(known.info)
    return known
  }

  /** A and G of a sample, from memory where they are. */
  async #ask(
    known: KnownModel,
    question: SampleQuestion,
    wanted: ClassInputs & Pick<TargetQuestion, 'truth'>,
  ): Promise<ExplainedSample> {
    const { info } = known
    const largest = Math.max(wanted.target, wanted.against)
    if (largest >= info.classes) {
      throw new HeadlightError('usage', `The model has ${info.classes} classes, and no class ${largest}.`)
    }
    const { target, against, query = QUERY_SUREST } = wanted
    checkPlaces(info, { queries: [query] })
    const { file, preprocessing, noObject, signal } = question
    // A file that is gone is told by decoding it, with its name.
    const found = await stat(containerOf(file)).catch(() => null)
    const key = JSON.stringify([...explainedPart(info), file, found?.size, found?.mtimeMs, preprocessing, noObject])
    // Where every target has read-out rows of its own, another target's do not answer.
    const isAny = wanted === PREDICTED && !info.dense
    const kept = isAny ? this.#explained.any(key) : this.#explained.get(key, wanted)
    if (kept) return kept
    const image = imageShape(info, preprocessing)
    const { truth } = wanted
    const asked = { id: 0, file, mask: truth?.mask ?? null, reading: truth?.reading, target: -1 }
    const { values: pixels, ...picture } = await this.#decode(asked, preprocessing)
    const region = truth === undefined ? null : truthRegion(picture, picture, preprocessing, info.dense)
    const sample = await this.#lane.run(
      'question',
      async () => {
        const { graph, loaded } = await this.#hold(known, noObject)
        signal?.throwIfAborted()
        const { outputs } = graph
        const { maps: _, ...others } = outputs
        const input = { pixels, image, targets: [target], against: [against], queries: [query], regions: [region] }
        const { tensors } = await infer(loaded, graph, input, Object.values(others).flat(), 1)
        const values = (name: string | undefined) => tensors.get(name!)!.data as Float32Array
        // A model without maps keeps no matrices.
        const matrices = (name: string | undefined, sites: string[] | undefined) =>
          name === undefined ? (sites ?? []).map(values) : [values(name)]
        const whole = (name: string | undefined) => Number(tensors.get(name!)!.data[0])
        return {
          target: whole(outputs.target),
          against: whole(outputs.against),
          ...(truth !== undefined && { truth }),
          logits: values(outputs.logits),
          ...(outputs.probabilities && { probabilities: values(outputs.probabilities) }),
          ...(outputs.query && { query: whole(outputs.query) }),
          ...(outputs.box && { box: values(outputs.box) }),
          headL1: values(outputs.headL1),
          headL2: values(outputs.headL2),
          headTaylor: values(outputs.headTaylor),
          attention: matrices(outputs.attention, outputs.siteAttention),
          gradient: matrices(outputs.gradient, outputs.siteGradient),
        }
      },
      signal,
    )
    if (sample.target === sample.against) throw new HeadlightError('no-contrast', NO_CONTRAST)
    const empty = region === null && emptyMask(info, sample.probabilities, [sample.target, sample.against])
    if (typeof empty === 'string') throw new HeadlightError('empty-mask', empty)
    return this.#explained.add(key, wanted, sample)
  }

  async #hold({ info, model }: KnownModel, noObject: number | undefined): Promise<Held> {
    const key = JSON.stringify([...explainedPart(info), info.input.shape, noObject])
    if (this.#held?.key === key) return this.#held
    await this.#held?.loaded.release()
    this.#held = null
    const graph = model.compile({
      methods: [],
      settings: DEFAULT_METHOD_SETTINGS,
      scores: true,
      raw: info.noMaps === undefined,
      contrast: true,
      noObject,
    })
    this.#held = { key, graph, loaded: await onnxRuntime()(graph) }
    return this.#held
  }
}

function refuseMaps({ fileName, noMaps }: KnownModel['info']): void {
  if (noMaps !== undefined) throw new HeadlightError('usage', `${fileName} has head scores and no maps: ${noMaps}`)
}

function refuseHeadMaps(info: KnownModel['info']): void {
  if (hasHeadMaps(info)) return
  throw new HeadlightError(
    'usage',
    `${info.fileName} has maps of methods and none of a single head: its layers have tokens of their own (windows, stages or pooled keys).`,
  )
}

function mapsOf(
  known: KnownModel,
  sample: ExplainedSample,
  settings: MethodSettings,
): (method: MethodId) => Float32Array {
  if (known.model.anatomy!.chain) {
    const arrays = asChain(known, sample)
    return (method) => chainMap(method, arrays, settings)
  }
  const arrays = asArrays(known, sample)
  return (method) => sampleMap(method, arrays, settings)
}

/** The last layer's G says which tokens a detector's query or a mask is read from. */
function asChain({ info, model }: KnownModel, sample: ExplainedSample): ChainArrays {
  const { layers, heads, layerHeads, readoutRows } = info
  return {
    ...sample,
    ...{ layers, heads, ...(layerHeads && { layerHeads }) },
    readoutRows,
    chain: model.anatomy!.chain!,
  }
}

function asArrays({ info, model }: KnownModel, sample: ExplainedSample): SampleArrays {
  const [attention, gradient] = [sample.attention[0] ?? new Float32Array(0), sample.gradient[0] ?? new Float32Array(0)]
  const { layers, heads, layerHeads, tokens, readoutRows } = info
  return {
    layers,
    heads,
    ...(layerHeads && { layerHeads }),
    tokens,
    readoutRows: info.dense && info.noMaps === undefined ? gradientRows(gradient, info) : readoutRows,
    patches: model.anatomy!.geometry.patches,
    ...sample,
    ...{ attention, gradient },
  }
}
