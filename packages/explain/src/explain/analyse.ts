/** From a model file to everything the explain graph needs, or to the reasons why not. */
import type { ModelReport } from './report'
import { HeadlightError } from '../errors'
import { hasFloat16 } from '../onnx/lift-float16'
import { referToOwnFile } from '../onnx/own-file'
import { readModel } from '../onnx/read'
import type { GraphFile, LoadGraph } from '../onnx/run-graph'
import { reason } from '../onnx/trace'
import { writeModel } from '../onnx/write'
import type { AnalysedModel } from './api'
import type { ModelAnatomy } from './anatomy'
import { takeChannelsFirst } from './channels-last'
import { checkClassVectors } from './class-vectors'
import { compileExplainGraph } from './compile'
import { compileGatedGraph, compileHeadOutputs, type HeadFill } from './gated-graph'
import { SeparateTowers } from './layer-order'
import { shuffleWeights } from './shuffled-weights'
import { findTowerInputs, findTwoTowers, keepPictureTower, promptsAdvice } from './two-towers'
import type { AnalyseOptions } from './analyse-options'
import { dissect } from './dissect'
import { emptyReport, supportedReport } from './supported-report'

/**
 * Reads, traces and understands a model. A model that Headlight does not support gives a report with reasons;
 * a file that cannot be read throws 'not-found' or 'unreadable-model'.
 */
export async function analyseModel(
  path: string,
  load: LoadGraph,
  options: AnalyseOptions = {},
): Promise<AnalysedModel> {
  if (options.classes) checkClassVectors(options.classes)
  else if (options.features) throw new HeadlightError('usage', `--features ${options.features} needs class vectors.`)
  const graph = await readModel(path)
  if (options.readsFiles) await referToOwnFile(graph, path)
  const towers = findTowerInputs(graph)
  // What is said of the input is about the picture.
  if (towers) graph.inputs = [towers.picture, ...towers.texts]
  const report = emptyReport(graph)
  const original = graph.file ?? writeModel(graph)
  const inputType = graph.inputs[0]?.type ?? 'float32'
  const half = hasFloat16(graph)
  try {
    if (towers) {
      report.prompts = towers.texts.map(({ name }) => name)
      keepPictureTower(graph, findTwoTowers(graph, towers))
      if (!options.classes && !options.pictureTower) {
        report.promptsMissing = true
        throw new HeadlightError('unsupported-model', promptsAdvice(towers))
      }
    }
    const written = report.input.shape
    const channelsLast = takeChannelsFirst(graph)
    if (channelsLast) report.input = { ...report.input, shape: graph.inputs[0]!.dims }
    const anatomy = await dissect(graph, load, options, report)
    if (channelsLast) anatomy.notes.unshift(channelsLastNote(written))
    if (graph.file) await refuseUnlessLoaded(graph.file, load)
    return { ...supportedModel(anatomy, report), original, inputType, half, channelsLast }
  } catch (thrown) {
    const error = inOurWords(thrown)
    if (error.code !== 'unsupported-model') throw error
    const refuse = () => {
      throw error
    }
    const towers = error instanceof SeparateTowers ? { towers: error.towers } : {}
    const refused = { ...report, reasons: [error.message], ...towers }
    return {
      report: refused,
      compile: refuse,
      compileGated: refuse,
      compileHeadOutputs: refuse,
      compileShuffled: refuse,
      original,
      inputType,
      half,
      channelsLast: false,
      anatomy: null,
    }
  }
}

/** An error of the runtime in a graph of ours becomes a reason why the model cannot be explained. */
function inOurWords(error: unknown): HeadlightError {
  if (error instanceof HeadlightError) return error
  if (error instanceof Error && error.name === 'AbortError') throw error
  return new HeadlightError(
    'unsupported-model',
    `Headlight could not make a graph of this model that ONNX Runtime runs: ${reason(error)}. Export the model from its plain eager form in float32.`,
    { cause: error },
  )
}

const channelsLastNote = (shape: readonly (number | string)[]) =>
  `The model takes its pictures channels-last, [${shape.join(', ')}]; Headlight turns them for it, and says shapes channels-first.`

function supportedModel(anatomy: ModelAnatomy, empty: ModelReport) {
  const compile: AnalysedModel['compile'] = (options) => compileExplainGraph(anatomy, options)
  return {
    report: supportedReport(anatomy, empty),
    compile,
    compileGated: (fill: HeadFill) => compileGatedGraph(anatomy, fill),
    compileHeadOutputs: () => compileHeadOutputs(anatomy),
    compileShuffled: (async (options, blocks, seed) => {
      const shuffled = await shuffleWeights(anatomy, blocks, seed)
      return { ...compileExplainGraph(shuffled.anatomy, options), residual: shuffled.residual }
    }) satisfies AnalysedModel['compileShuffled'],
    anatomy,
  }
}

/** The graph as read may run where the file does not, because types or names in the file contradict each other. Throws 'unsupported-model'. */
async function refuseUnlessLoaded(file: GraphFile, load: LoadGraph): Promise<void> {
  const loaded = await load({ ...file, once: true }).catch((cause: unknown) => {
    if (cause instanceof HeadlightError) throw cause
    throw new HeadlightError(
      'unsupported-model',
      `ONNX Runtime does not load the file itself, so that there is nothing to compare with: ${reason(cause)}`,
      { cause },
    )
  })
  await loaded.release()
}
