/** Why two pictures are alike to a model: the cosine of their features, and the maps that explain it in each of them. */
import { METHODS } from '@headlight/explain/methods'
import { analyseModel, type ClassVectors, infer } from '@headlight/explain'
import { type Likeness, modelChoice } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { LRUCache } from 'lru-cache'
import type { AnalysedModels } from './analysed-models'
import type { ComputeApi } from './api'
import { featuresModel, type FeaturesModel } from './class-vectors/features-model'
import { type HowPicturesAreRead, meanDirection } from './class-vectors/mean-direction'
import { decodeBatch } from './decode-batch'
import type { DecodeSample } from './decode-sample'
import type { InferenceLane } from './inference-lane'
import { modelChanged } from './model-changed'
import { onnxRuntime } from './onnx-runtime'

/** The class vectors of the other picture or group, and of the sample itself. */
const [OTHER, OWN] = [0, 1]

type Question = Parameters<ComputeApi['likeness']>[0]

export class LikenessExplainer {
  readonly #models: AnalysedModels
  readonly #lane: InferenceLane
  readonly #decode: DecodeSample
  readonly #features = new LRUCache<string, Promise<FeaturesModel>>({ max: 2 })

  constructor(models: AnalysedModels, lane: InferenceLane, decode: DecodeSample) {
    this.#models = models
    this.#lane = lane
    this.#decode = decode
  }

  /**
   * The features of each are taken as they are while the other's attention is differentiated.
   * @throws HeadlightError 'usage' where the model gives no features or no maps, 'model-changed', and what reading pictures throws
   */
  async explain(question: Question): Promise<Likeness> {
    const { file, others, isGroup, preprocessing, methods, settings, signal } = question
    const of = await this.#featuresOf(question)
    const reading: HowPicturesAreRead = {
      preprocessing,
      decode: this.#decode,
      inTurn: (task) => this.#lane.run('question', task, signal),
      signal,
    }
    const own = await meanDirection(of, [file], reading)
    const other = await meanDirection(of, others, reading)
    const { tower, features } = question
    const model = await analyseModel(question.modelPath, onnxRuntime(), {
      readsFiles: true,
      imageSize: preprocessing.size,
      ...(tower && { tower }),
      ...(features && { features }),
      output: of.output,
      classes: bothDirections(other.values, own.values),
    })
    const { report } = model
    if (report.noMaps !== undefined) {
      throw new HeadlightError('usage', `Likeness is shown as maps, and this model has none: ${report.noMaps}`)
    }
    signal?.throwIfAborted()
    const graph = model.compile({
      methods,
      settings,
      scores: methods.some((method) => METHODS[method].needsGradient),
      raw: false,
    })
    const shown = isGroup ? [file] : [file, others[0]!]
    const inputs = shown.map((each, id) => ({ id, file: each, mask: null, target: id === 0 ? OTHER : OWN }))
    const { pixels } = await decodeBatch(inputs, preprocessing, this.#decode)
    const loaded = await onnxRuntime()(graph)
    try {
      const image = [preprocessing.channels, preprocessing.size.height, preprocessing.size.width]
      const feeds = { pixels, image, targets: inputs.map(({ target }) => target) }
      const names = [graph.outputs.logits, ...Object.values(graph.outputs.maps)]
      const { tensors } = await this.#lane.run(
        'question',
        () => infer(loaded, graph, feeds, names, shown.length),
        signal,
      )
      const cosines = tensors.get(graph.outputs.logits)!.data as Float32Array
      const mapsOf = (index: number) =>
        methods.map((method) => {
          const values = tensors.get(graph.outputs.maps[method]!)!.data as Float32Array
          const size = values.length / shown.length
          return { method, values: values.slice(index * size, (index + 1) * size) }
        })
      return {
        cosine: cosines[OTHER]!,
        output: of.output,
        readout: features ?? null,
        pictures: other.count,
        unreadable: other.unreadable,
        grid: report.grid,
        maps: mapsOf(0),
        otherMaps: isGroup ? null : mapsOf(1),
      }
    } finally {
      await loaded.release()
    }
  }

  /** The model as features; the choice of a run with class vectors says which they are. */
  async #featuresOf(question: Question): Promise<FeaturesModel> {
    const { modelPath, expectedHash, preprocessing, output, tower, features } = question
    const { info } = await this.#models.get(modelPath, modelChoice(question.ofRun), preprocessing.size)
    if (info.hash !== expectedHash) throw modelChanged(info)
    const choice = { output, tower, features }
    const key = JSON.stringify([info.hash, choice, preprocessing.size])
    const known = this.#features.get(key) ?? featuresModel(modelPath, choice, preprocessing.size)
    this.#features.set(key, known)
    known.catch(() => this.#features.delete(key))
    return known
  }
}

function bothDirections(other: Float64Array, own: Float64Array): ClassVectors {
  const width = own.length
  const values = new Float64Array(2 * width)
  values.set(other, OTHER * width)
  values.set(own, OWN * width)
  const names = ['the other', 'the sample']
  return { source: 'likeness', names, width, values, kind: 'cosine', scale: null, bias: null }
}
