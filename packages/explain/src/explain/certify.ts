/**
 * The certificate: evidence that an explain graph computes the right numbers for its model. The logits equal the
 * original model's, rows of the softmaxes sum to 1, and every G agrees with central finite differences that are taken by
 * perturbing the attention in the model's own graph, in double precision where ONNX Runtime can.
 */
import type { Certificate, HeadCheck } from './report'
import { DEFAULT_METHOD_SETTINGS } from './report'
import { HeadlightError } from '../errors'
import { TARGET_PREDICTED } from './class-inputs'
import type { LoadedGraph, LoadGraph } from '../onnx/run-graph'
import { float32, int64, type ElementType, type Tensor } from '../onnx/tensor'
import { reason } from '../onnx/trace'
import { floatsOf, toFloat16 } from '../onnx/float16'
import { writeModel } from '../onnx/write'
import type { ModelAnatomy } from './anatomy'
import type { AnalysedModel } from './api'
import { toChannelsLast } from './channels-last'
import { logitsOfFeatures } from './class-head'
import { denseAnswers, denseWeights } from './dense-answers'
import { checkGradients, type CertifyOptions } from './finite-differences'
import { placeFeeds } from './infer'
import { once } from './once'
import { logitsOfPrompts } from './prompts'
import { noise } from './random'
import { worstRowSum } from './row-sums'
import type { Explained } from './scalar'
import { CERTIFICATE_VERSION } from './certificate-version'
import { suffixGraph } from './suffix-graph'
import { whatRoundingHides, whereRoundingBends } from './what-rounding-hides'

/**
 * Largest errors of a certificate that passes (METHODS.md, "The certificate"), calibrated in certify.test.ts: the worst correct
 * model is far below them, every deliberately broken rule far above. Half-precision originals are compared with the
 * single-precision explain graph.
 */
export const LIMITS = {
  /** Relative error of the logits, by the original's precision. */
  logit: { float32: 1e-4, float16: 2e-2 },
  /** |row sum - 1| of softmax rows. */
  rowSum: 1e-4,
  /** Relative error of G, by the precision of the finite differences. */
  gradient: { float64: 1e-4, float32: 5e-2 },
} as const

/**
 * Checks an analysed model on a random image (METHODS.md, "The certificate"). A failed check is a result, with `passed` false.
 * @throws HeadlightError 'unsupported-model' where the model has no explain graph, or ONNX Runtime does not run its file
 */
export async function certify(
  model: AnalysedModel,
  load: LoadGraph,
  options: CertifyOptions = {},
): Promise<Certificate> {
  const started = performance.now()
  const { anatomy } = model
  if (!anatomy) throw new HeadlightError('unsupported-model', model.report.reasons.join(' '))
  const image = noise([1, ...(anatomy.graph.inputs[0]!.dims.slice(1) as number[])], 42)
  const found = await explain(model, image, load, options.contrast)
  const original = await originalLogits(model, image, load)
  // Not those of the graph that is checked: they follow from the file's output and the question.
  const explained = { ...found, weights: weightsOf(found, anatomy, original.output) }
  const answers = await asInFile(explained.logits, anatomy, load)
  const logitError = relativeError(answers, original.logits)
  const rowSumError = await worstRowSum(explained.attention, anatomy, image, load)
  const { heads, unlinked, flat, precision, precisionReason } = await checkGradients(
    anatomy,
    image,
    explained,
    load,
    options,
  )
  const limits = {
    logit: original.half ? LIMITS.logit.float16 : LIMITS.logit.float32,
    rowSum: LIMITS.rowSum,
    gradient: LIMITS.gradient[precision],
  }
  // NaN stays the worst.
  const worst = heads.reduce<HeadCheck | undefined>(
    (found, check) => (found && !(check.error > found.error || Number.isNaN(check.error)) ? found : check),
    undefined,
  )
  const gradientError = worst?.error ?? 0
  const hidden = whatRoundingHides(heads, precision)
  const again = async (moved: Tensor) => {
    const other = await explain(model, moved, load, options.contrast)
    return other.target === found.target && other.against === found.against ? other : null
  }
  const bends =
    worst && worst.error > limits.gradient && precision === 'float64'
      ? await whereRoundingBends(anatomy, worst, { image, explained }, again)
      : []
  const failures = [
    ...failure(logitError, limits.logit, 'The logits differ from those of the original model'),
    ...failure(rowSumError, limits.rowSum, 'Softmax rows do not sum to 1'),
    ...failure(gradientError, limits.gradient, 'The gradient disagrees with finite differences'),
    ...bends,
    ...hidden.failures,
    ...(flat && gradientError === 0
      ? ['Every gradient is 0: this logit depends on no attention, so that there is nothing to check.']
      : []),
    ...unlinked.map((layer) => `Layer ${layer + 1} does not depend on layer ${layer}, so they are not a chain.`),
  ]
  const notes = [
    ...(precisionReason === undefined
      ? []
      : [`The finite differences were taken in single precision, with the larger limit: ${precisionReason}`]),
    ...hidden.notes,
  ]
  const seconds = (performance.now() - started) / 1000
  return {
    passed: failures.length === 0,
    version: CERTIFICATE_VERSION,
    logitError,
    rowSumError,
    gradientError,
    heads,
    precision,
    precisionReason,
    limits,
    failures,
    ...(notes.length > 0 && { notes }),
    seconds,
  }
}

async function explain(
  model: AnalysedModel,
  image: Tensor,
  load: LoadGraph,
  contrast?: [number, number],
): Promise<Omit<Explained, 'weights'> & { logits: Float32Array; target: number; against: number | null }> {
  const graph = model.compile({
    methods: [],
    settings: DEFAULT_METHOD_SETTINGS,
    scores: false,
    raw: true,
    contrast: contrast !== undefined,
  })
  const { outputs } = graph
  const attention = outputs.attention ?? outputs.siteAttention!
  const gradient = outputs.gradient ?? outputs.siteGradient!
  const fetches = [outputs.logits, outputs.target, ...[attention, gradient].flat()]
  if (outputs.against) fetches.push(outputs.against)
  const [target, against] = contrast ?? [TARGET_PREDICTED, null]
  const feeds: Record<string, Tensor> = {
    [graph.imageInput]: image,
    [graph.targetInput]: int64([1], [target]),
    ...placeFeeds(graph, 1),
  }
  if (graph.againstInput && against !== null) feeds[graph.againstInput] = int64([1], [against])
  const found = await once(await load(graph), (loaded) => loaded.run(feeds, fetches))
  return {
    logits: found[outputs.logits]!.data as Float32Array,
    target: Number(found[outputs.target]!.data[0]),
    // The class that the graph took where the input was a mark for the prediction or the runner-up.
    against: outputs.against ? Number(found[outputs.against]!.data[0]) : against,
    attention: matricesOf(found, attention),
    gradient: matricesOf(found, gradient),
  }
}

function matricesOf(found: Record<string, Tensor>, outputs: string | string[]): Float32Array | Float32Array[] {
  if (Array.isArray(outputs)) return outputs.map((name) => found[name]!.data as Float32Array)
  return found[outputs]!.data as Float32Array
}

/**
 * The logits of the file as it is, in its own precision; with class vectors, its features times the vectors, in plain
 * numbers and double precision; with prompts, its own logits of these.
 */
async function originalLogits(model: AnalysedModel, image: Tensor, load: LoadGraph) {
  const { anatomy, report } = model
  const half = model.inputType === 'float16'
  const name = report.input.name
  const picture = model.channelsLast ? toChannelsLast(image) : image
  const feed: Tensor = half
    ? { type: 'float16', dims: picture.dims, data: toFloat16(picture.data as Float32Array) }
    : picture
  const { head, logits } = anatomy!
  const fetch = head ? head.output : logits.original
  const prompts = head?.vectors.prompts
  const ask = async (loaded: LoadedGraph) => {
    // The file's own logits of the same prompts: both towers, scale and bias are its.
    if (head && prompts) {
      const own = await logitsOfPrompts(loaded, { [name]: feed }, head.vectors.names, prompts)
      return { ...own, output: own.logits }
    }
    const output = (await loaded.run({ [name]: feed }, [fetch]))[fetch]!
    return { logits: logitsOfOutput(output, anatomy!), output: floatsOf(output), type: output.type }
  }
  const { type, ...found } = await load(model.original)
    .then((loaded) => once(loaded, ask))
    .catch((cause: unknown) => {
      if (cause instanceof HeadlightError) throw cause
      throw new HeadlightError(
        'unsupported-model',
        `ONNX Runtime does not run the file itself, so that there is nothing to compare with: ${reason(cause)}`,
        { cause },
      )
    })
  return { ...found, half: isHalf(type) || model.half }
}

/** The logits that an output of the file stands for, `[classes]`. */
function logitsOfOutput(output: Tensor, { head, dense, logits }: ModelAnatomy) {
  if (head) return logitsOfFeatures(floatsOf(output), head)
  return dense ? denseAnswers(floatsOf(output), dense, logits.classes) : single(output)
}

/** dy / d output of logit[target] - logit[against]. */
function weightsOf(
  { target, against }: { target: number; against: number | null },
  { dense, logits: { classes } }: ModelAnatomy,
  output: ArrayLike<number>,
): Float64Array {
  const ofClass = (chosen: number) =>
    dense ? denseWeights(output, dense, classes, chosen) : new Float64Array(classes).fill(1, chosen, chosen + 1)
  const plus = ofClass(target)
  if (against === null || against < 0) return plus
  const minus = ofClass(against)
  return plus.map((weight, at) => weight - minus[at]!)
}

const isHalf = (type: ElementType) => type === 'float16' || type === 'bfloat16'

/** The values of a floating-point tensor in single precision. */
const single = (tensor: Tensor) => Float32Array.from(floatsOf(tensor))

function relativeError(found: Float32Array, wanted: Float32Array | Float64Array): number {
  let [largest, worst] = [Number.MIN_VALUE, 0]
  for (const [at, value] of wanted.entries()) {
    largest = Math.max(largest, Math.abs(value))
    worst = Math.max(worst, Math.abs(value - found[at]!))
  }
  return worst / largest
}

/** The logits as the file's output gives them: the nodes between them and the output are run on them. */
async function asInFile(logits: Float32Array, anatomy: ModelAnatomy, load: LoadGraph): Promise<Float32Array> {
  const { task, inFile, original } = anatomy.logits
  const own = task === 'binary' ? logits.subarray(1) : logits
  if (inFile === original) return own
  const { graph, frontier } = suffixGraph(anatomy.graph, anatomy.facts, [inFile], [original], false)
  if (frontier.length > 1) {
    throw new HeadlightError(
      'unsupported-model',
      `What follows the logits in the graph reads ${frontier.join(', ')} too.`,
    )
  }
  const { dims, type } = anatomy.facts.get(inFile)!
  const feed: Tensor = type === 'float64' ? { type, dims, data: Float64Array.from(own) } : float32(dims, own)
  const found = await once(await load(writeModel(graph)), (loaded) => loaded.run({ [inFile]: feed }, [original]))
  return single(found[original]!)
}

function failure(error: number, limit: number, what: string): string[] {
  return error <= limit ? [] : [`${what} (relative error ${error.toExponential(1)}, limit ${limit.toExponential(0)}).`]
}
