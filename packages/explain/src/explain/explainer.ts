/** A model that explains arrays: pixels in; logits, head scores and relevance maps out. */
import { HeadlightError } from '../errors'
import type { NpyArray } from '../files/npy'
import type { LoadGraph } from '../onnx/run-graph'
import type { AnalysedModel, ExplainGraph, ExplainOptions } from './api'
import { arrangeInput, type FloatArray } from './arrange-input'
import { checkPlaces } from './check-places'
import { TARGET_PREDICTED } from './class-inputs'
import { HEAD_MEASURES, type HeadMeasure } from './head-measures'
import { infer } from './infer'
import { DEFAULT_METHODS, METHODS, type MethodId } from './method-catalogue'
import { DEFAULT_METHOD_SETTINGS } from './report'

/** What an explainer computes, and how many images at a time. */
export interface ExplainerOptions extends Partial<ExplainOptions> {
  /** Images in one run of the graph, 8 by default; halved when memory does not suffice. */
  batch?: number
}

/** Which logit is explained for each image. */
export interface ExplainClasses {
  /** The class to explain for each image, -1 for the predicted one. Default: the predicted class of every image. */
  targets?: readonly number[]
  /** With the option `contrast`: the class that each target is explained against; marks as in ExplainGraph.againstInput. */
  against?: readonly number[]
  /** Of a detector: the query whose logit is explained for each image, -1 for the surest of its class. Default: the surest. */
  queries?: readonly number[]
  /** Of a segmentation: the mask `[h, w]` of each image, as weights of its places; null for the target's own mask, the default. */
  regions?: readonly (Float32Array | null)[]
}

/** What is known of a batch of B images; L layers, H heads, N tokens, P patches in row order of the grid. */
export interface Explanation {
  /** `[B, classes]` */
  logits: FloatArray
  /** The class that was explained, `[B]`. */
  targets: number[]
  /** Of detectors and segmentations, `[B, classes]`: how sure the model is of a class's query, a class's share of the places. */
  probabilities?: FloatArray
  /** Of detectors, `[B]`: the query whose logit was explained. */
  queries?: number[]
  /** Of detectors with boxes, `[B, 4]`: the box of that query, as the model gives it. */
  boxes?: FloatArray
  /** Head scores before normalisation, `[B, L, H]`: the L1 norm of G. */
  headL1?: FloatArray
  /** Head scores before normalisation, `[B, L, H]`: the L2 norm of G. */
  headL2?: FloatArray
  /** Where there are scores, `[B, L, H]`: sum A o G, the derivative of the logit by a gate on the head's output. */
  headTaylor?: FloatArray
  /** With the option `headMeasures`: what is said of single heads beside their scores, `[B, L, H]` each, by the name of the output. */
  headMeasures?: Partial<Record<HeadMeasure, FloatArray>>
  /** Relevance maps, `[B, P]` each, not scaled. */
  maps: Partial<Record<MethodId, FloatArray>>
  /** With the option `raw`: A, `[B, L, H, N, N]`. */
  attention?: FloatArray
  /** With the option `raw`: G, `[B, L, H, N, N]`. */
  gradient?: FloatArray
  /** With the option `raw`, where layers have tokens of their own: A of each layer in the model's own layout, with the batch first. */
  siteAttention?: FloatArray[]
  /** G of each layer, likewise. */
  siteGradient?: FloatArray[]
  /** With the option `readoutAttention`: attention from the read-out rows to the patches, `[B, L, H, P]`. */
  readoutAttention?: FloatArray
}

/** A loaded explain graph; made by `openExplainer`. */
export interface Explainer {
  /** The compiled explain graph, which can be written to a file. */
  graph: ExplainGraph
  /**
   * Explains preprocessed images.
   * @param pixels float32 `[B, C, H, W]`, as the model takes them; an array of `readNpy` or your own
   * @throws HeadlightError 'usage' where type, shape or classes do not fit; 'out-of-memory' where one image does not fit
   */
  explain(pixels: FloatArray | NpyArray, classes?: ExplainClasses): Promise<Explanation>
  /** Frees the session. */
  release(): Promise<void>
}

/**
 * Compiles the explain graph of a model and loads it.
 * @param load the runtime, such as `onnxRuntimeLoader(ort)`
 * @param options methods (`DEFAULT_METHODS` unless given; none of a model without maps), settings, and what else the graph gives
 * @throws HeadlightError 'unsupported-model' where `model.report.supported` is false
 */
export async function openExplainer(
  model: AnalysedModel,
  load: LoadGraph,
  { batch = 8, ...given }: ExplainerOptions = {},
): Promise<Explainer> {
  const scoresOnly = model.report.noMaps !== undefined
  const methods = given.methods ?? (scoresOnly ? [] : DEFAULT_METHODS)
  const graph = model.compile({
    settings: DEFAULT_METHOD_SETTINGS,
    scores: scoresOnly || methods.some((method) => METHODS[method].needsGradient),
    raw: false,
    ...given,
    methods,
  })
  const session = await load(graph)
  const { outputs } = graph
  return {
    graph,
    release: () => session.release(),
    async explain(
      pixels,
      {
        // A scalar has no images; `arrangeInput` refuses its shape.
        targets = Array.from({ length: pixels.dims[0] ?? 0 }, () => TARGET_PREDICTED),
        against,
        queries,
        regions,
      } = {},
    ) {
      const input = arrangeInput(model, singlePrecision(pixels), targets, against)
      checkPlaces(model.report, { queries, regions })
      const { maps, ...others } = outputs
      const fetches = [...Object.values(others).flat(), ...Object.values(maps)]
      const feeds = { pixels: input.data, image: input.dims.slice(1), targets, against, queries, regions }
      const { tensors } = await infer(session, graph, feeds, fetches, batch)
      const array = (name: string): FloatArray => {
        const { dims, data } = tensors.get(name)!
        return { dims, data: data as Float32Array }
      }
      const optional = <Name extends string>(name: Name, output: string | undefined) =>
        (output === undefined ? {} : { [name]: array(output) }) as Partial<Record<Name, FloatArray>>
      return {
        logits: array(outputs.logits),
        targets: Array.from(tensors.get(outputs.target)!.data as BigInt64Array, Number),
        ...optional('probabilities', outputs.probabilities),
        ...(outputs.query !== undefined && {
          queries: Array.from(tensors.get(outputs.query)!.data as BigInt64Array, Number),
        }),
        ...optional('boxes', outputs.box),
        ...optional('headL1', outputs.headL1),
        ...optional('headL2', outputs.headL2),
        ...optional('headTaylor', outputs.headTaylor),
        ...(given.headMeasures && {
          headMeasures: Object.fromEntries(HEAD_MEASURES.map((name) => [name, array(outputs[name]!)])),
        }),
        maps: Object.fromEntries(Object.entries(maps).map(([method, output]) => [method, array(output)])),
        ...optional('attention', outputs.attention),
        ...optional('gradient', outputs.gradient),
        ...(outputs.siteAttention && { siteAttention: outputs.siteAttention.map(array) }),
        ...(outputs.siteGradient && { siteGradient: outputs.siteGradient.map(array) }),
        ...optional('readoutAttention', outputs.readoutAttention),
      }
    },
  }
}

function singlePrecision({ dims, data }: FloatArray | NpyArray): FloatArray {
  if (data instanceof Float32Array) return { dims, data }
  throw new HeadlightError('usage', 'The pixels have to be float32, already preprocessed.')
}
