/** Reading and running a model until everything that the explain graph needs is known. */
import type { ModelReport } from './report'
import { HeadlightError } from '../errors'
import { decomposeFused } from '../onnx/decompose/index'
import { loadExternalData } from '../onnx/external-data'
import type { ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { findNotFinite } from '../onnx/not-finite'
import { resolveConditionals } from '../onnx/resolve-conditionals'
import { resolveSequences } from '../onnx/resolve-sequences'
import { hasBFloat16, hasFloat16, liftFloat16 } from '../onnx/lift-float16'
import type { LoadGraph } from '../onnx/run-graph'
import { elementCount, type Tensor } from '../onnx/tensor'
import { writeOutStandardisation } from '../onnx/standardised-weights'
import { selectWithinPictures } from '../onnx/select-within-pictures'
import { reason, traceGraph, type Trace } from '../onnx/trace'
import type { ModelAnatomy } from './anatomy'
import { appendClassHead, headNote, planClassHead } from './class-head'
import { denseNotes, describeDense, lookAtDense } from './dense-output'
import { chainNotes } from './chain-notes'
import { checkPictures } from './check-pictures'
import { checkTokens } from './check-tokens'
import { findAttentions, findSeparateAttentions, refuseByOperators } from './discover'
import { chooseFeatures, describeFeatures, featuresAdvice, looksLikeFeatures } from './features'
import { freeBatch } from './free-batch'
import { imageShapes } from './image-size'
import { choiceNotes, chooseOutput, denseLogits, describeOutputs, exposeLogits } from './logits'
import { lookForNotFinite } from './not-finite-weights'
import { otherMixingNotes } from './other-mixing'
import { NotAChain } from './not-a-chain'
import { findGeometry } from './probe-geometry'
import { lookForProbabilities } from './probabilities'
import { findReadoutRows } from './readout-rows'
import { noise } from './random'
import { refuseRandomness } from './refuse-randomness'
import { steepSlopeNotes } from './steep-slopes'
import { findTokenChain, type TokenChain } from './token-chain'
import type { TokenFlow } from './tokens/token-flow'
import type { AnalyseOptions } from './analyse-options'

/** Constants up to this many values are read from external data, since shapes and axes may be among them. */
const SMALL_CONSTANT = 4096

/**
 * Everything that reading and running a model tells about it. Throws 'unsupported-model' with the reason; what
 * was found out before that is in the report.
 */
export async function dissect(
  graph: Graph,
  load: LoadGraph,
  { imageSize, output, tower, classes, features: readout }: AnalyseOptions,
  report: ModelReport,
): Promise<ModelAnatomy> {
  // Pictures are fed in single precision here; a model that takes halves is refused by its operators, below.
  if (graph.inputs[0]?.type === 'float32' && graph.nodes.some(({ op }) => op === 'If')) {
    const shapesToTry = {
      shapes: imageShapes(graph, imageSize),
      image: (batch: number, shape: readonly number[]) => noise([batch, ...shape], 7),
    }
    await resolveConditionals(graph, shapesToTry, load)
  }
  refuseByOperators(graph)
  await loadExternalData(graph, (tensor) => elementCount(tensor.dims.map(Number)) <= SMALL_CONSTANT)
  resolveSequences(graph)
  const notFinite = await findNotFinite(graph)
  if (hasBFloat16(graph)) await refuseUnlessRun(graph, load)
  if (hasFloat16(graph)) await liftFloat16(graph)
  writeOutStandardisation(graph)
  const shapes = imageShapes(graph, imageSize)
  const input = graph.inputs[0]!
  const fixed = typeof input.dims[0] === 'number'
  if (fixed && input.dims[0] !== 1) {
    throw new HeadlightError(
      'unsupported-model',
      `The model takes exactly ${input.dims[0]} images at a time; export it with a dynamic batch axis, or with a batch of 1.`,
    )
  }
  if (!fixed) input.dims[0] = 'batch'
  const image = (batch: number, seed = 7) => noise([batch, ...(input.dims.slice(1) as number[])], seed)
  let traced = await traceFirst(graph, shapes, image, load).catch((error: unknown) => {
    // ONNX Runtime runs no batch normalisation in training mode.
    refuseRandomness(graph, new Map())
    throw error
  })
  report.outputs = describeOutputs(graph, traced.facts)
  const features = describeFeatures(graph, traced.facts, report.outputs)
  const likely = features.filter(({ name, tokens }) => tokens !== null || looksLikeFeatures(name))
  if (likely.length > 0) report.features = likely
  const taken = classes ? chooseFeatures(features, classes, { output, readout }) : null
  const chosen = taken?.output ?? chooseOutput(report.outputs, output, featuresAdvice(features))
  const choice = taken?.notes ?? (output === undefined ? choiceNotes(report.outputs, chosen) : [])
  // Nodes that only other outputs need are left out: hidden states, further heads, layers behind an exit.
  const dense = classes ? null : describeDense(traced.facts, report.outputs, chosen)
  const boxes = dense?.kind === 'queries' ? dense.boxes : null
  // Logits of queries have the shape of features of tokens; the only output of a backbone may be those.
  if (dense && report.features && (boxes !== null || /logits$/i.test(chosen))) {
    const others = report.features.filter(({ name }) => name !== chosen && name !== boxes)
    if (others.length > 0) report.features = others
    else delete report.features
  }
  graph.outputs = graph.outputs.filter(({ name }) => name === chosen || name === boxes)
  graph.prune()
  refuseRandomness(graph, traced.facts)
  const damaged = await lookForNotFinite(graph, chosen, notFinite, image(1), load)
  if (decomposeFused(graph, traced.facts)) traced = await traceGraph(graph, image, load)
  if (traced.dynamicBatch && (await selectWithinPictures(graph, traced.facts, image, load)))
    traced = await traceGraph(graph, image, load)
  if (!traced.dynamicBatch) {
    const freed = await freeBatch(graph, traced, image, load)
    ;({ graph, traced } = freed)
    if (freed.failure) report.batchReason = freed.failure
  }
  const known = new Map(traced.facts)
  const { attentions, geometry, followed } = await findLayers(graph, known, { tower, image: image(1), load })
  const read = { tokens: attentions.tokens, patches: geometry.patches }
  const head = classes && taken ? planClassHead(taken, known, read, classes) : undefined
  const { logits, facts } = dense
    ? { logits: denseLogits(known, dense), facts: known }
    : exposeLogits(graph, known, head ? appendClassHead(graph, known, head) : chosen)
  const notes = [...damaged, ...attentions.notes, ...choice]
  if (head) notes.push(headNote(head))
  else if (dense) {
    const boxForm = await lookAtDense(graph, dense, [image(1), image(1, 21)], load)
    if (dense.kind === 'queries' && boxForm) dense.boxForm = boxForm.form
    notes.push(...denseNotes(dense, logits.classes, boxForm))
  } else notes.push(...(await lookForProbabilities(graph, logits.inFile, image(1), load)))
  notes.push(...geometry.notes)
  if (followed) notes.push(...chainNotes(graph, known, followed))
  else if (attentions.noMaps === undefined)
    notes.push(...(await otherMixingNotes(graph, facts, attentions, image(1), load)))
  const matrices = attentions.layers.flat().map(({ value }) => value)
  const between = { attentions: matrices, logits: logits.value }
  notes.push(...(await steepSlopeNotes(graph, facts, between, [image(1), image(1, 21)], load)))
  const anatomy = {
    graph,
    facts,
    attentions,
    ...(followed && { chain: followed.chain }),
    logits,
    ...(head && { head }),
    ...(dense && { dense }),
    geometry,
    readoutRows: [],
    dynamicBatch: traced.dynamicBatch,
    notes,
  }
  if (dense || attentions.noMaps !== undefined) return anatomy
  try {
    return { ...anatomy, readoutRows: await findReadoutRows(anatomy, image(1), load) }
  } catch (error) {
    if (!(error instanceof NotAChain)) throw error
    const { chain: _, ...others } = anatomy
    return { ...others, attentions: { ...attentions, noMaps: error.message } }
  }
}

interface FoundLayers extends Pick<ModelAnatomy, 'attentions' | 'geometry'> {
  /** Where layers have tokens of their own; `unchecked` are layers whose places running the model said nothing of. */
  followed?: { chain: TokenChain; flow: TokenFlow; unchecked: number[] }
}

/** The layers of attention and where their tokens lie; each attention alone, and no tokens, where they are no chain. */
async function findLayers(
  graph: Graph,
  facts: Map<string, ValueFacts>,
  { tower, image, load }: { tower: string | undefined; image: Tensor; load: LoadGraph },
): Promise<FoundLayers> {
  try {
    const attentions = findAttentions(graph, facts, tower)
    return { attentions, geometry: await findGeometry(graph, facts, attentions, image, load) }
  } catch (error) {
    if (!(error instanceof NotAChain)) throw error
    if (tower !== undefined) throw new HeadlightError('usage', `The model has no tower '${tower}'. ${error.message}`)
    const attentions = findSeparateAttentions(graph, facts)
    await checkPictures(graph, facts, attentions, image, load)
    try {
      const { chain, flow } = findTokenChain(graph, facts, attentions)
      const sites = attentions.layers.map(([site]) => site!)
      const unchecked = await checkTokens(graph, facts, flow, sites, image, load)
      return { attentions, geometry: chain.geometry, followed: { chain, flow, unchecked } }
    } catch (broken) {
      if (!(broken instanceof NotAChain)) throw broken
      return {
        attentions: { ...attentions, noMaps: broken.message },
        geometry: { grid: [0, 0], patches: [], notes: [] },
      }
    }
  }
}

/** bfloat16 can be lifted, but the certificate needs the file's own logits. Throws 'unsupported-model'. */
async function refuseUnlessRun({ file, inputs, outputs }: Graph, load: LoadGraph): Promise<void> {
  const advice = 'export the model in float32 or float16'
  if ([...inputs, ...outputs].some(({ type }) => type === 'bfloat16')) {
    throw new HeadlightError(
      'unsupported-model',
      `The model takes or gives bfloat16, which cannot be exchanged with ONNX Runtime; ${advice}.`,
    )
  }
  if (!file) return
  await load({ ...file, once: true }).then(
    (loaded) => loaded.release(),
    (cause: unknown) => {
      throw new HeadlightError(
        'unsupported-model',
        `The model computes in bfloat16, and ONNX Runtime does not run it on the processor (${reason(cause)}); ${advice}.`,
        { cause },
      )
    },
  )
}

/** Traces at the first of the shapes that the model runs on, and fixes its input to it. */
async function traceFirst(
  graph: Graph,
  shapes: number[][],
  image: (batch: number) => Tensor,
  load: LoadGraph,
): Promise<Trace> {
  const input = graph.inputs[0]!
  let failure: unknown
  for (const shape of shapes) {
    input.dims = [input.dims[0]!, ...shape]
    try {
      return await traceGraph(graph, image, load)
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}
