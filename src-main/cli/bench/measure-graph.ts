/** One model's explain graph against its forward pass, by the processor time of one thread. */
import { analyseModel, type ExplainGraph, type GraphFile, onnxRuntimeLoader, placeFeeds } from '@headlight/explain'
import { DEFAULT_METHODS, type MethodId } from '@headlight/explain/methods'
import { ort } from '@headlight/explain/node'
import { int64, readModel, type Tensor } from '@headlight/explain/onnx'
import { noise } from '@headlight/explain/random'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'
import { onnxRuntime } from '../../compute/onnx-runtime'
import { takeTurns, type TurnTiming } from './take-turns'

/** What an explain graph is asked for. The second is what a run computes. */
const VARIANTS: readonly { name: string; methods: readonly MethodId[]; scores: boolean }[] = [
  { name: 'GMAR', methods: ['gmar_l1'], scores: false },
  { name: 'as in a run', methods: DEFAULT_METHODS, scores: true },
]

export interface GraphTiming {
  batch: number
  /** The forward pass, then the variants, then the other graph. Milliseconds are of an image. */
  timings: TurnTiming[]
  /** Programs that wanted to run at the end, on average over the last minute. */
  load: number
}

export interface GraphToMeasure {
  modelPath: string
  batches: readonly number[]
  rounds: number
  /** An explain graph of the same model that was saved before (`explain --save-graph`). */
  against: string | null
}

/** One after the other for each batch. Throws where the model is not explained, or takes no batches. */
export async function measureGraph(
  { modelPath, batches, rounds, against }: GraphToMeasure,
  status: (what: string) => void,
): Promise<GraphTiming[]> {
  const { graphs, forward, input, dynamicBatch } = await graphsOf(modelPath)
  if (!dynamicBatch && batches.some((batch) => batch > 1)) {
    throw new HeadlightError('usage', `${modelPath} takes one picture at a time; ask for --batch 1.`)
  }
  const load = onnxRuntimeLoader(ort, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 })
  const other = against === null ? null : await savedGraph(against, graphs[0]!.graph)
  const sessions = await Promise.all(
    [
      { name: 'forward', graph: forward.graph, fetches: [forward.output] },
      ...graphs.map(({ name, graph }) => ({ name, graph, fetches: fetchesOf(graph) })),
      ...(other ? [{ name: `GMAR of ${against}`, graph: other, fetches: fetchesOf(graphs[0]!.graph) }] : []),
    ].map(async ({ name, graph, fetches }) => ({ name, fetches, session: await load(graph) })),
  )
  const measured: GraphTiming[] = []
  for (const batch of batches) {
    const feeds = feedsOf(graphs[0]!.graph, input, batch)
    const image = { [graphs[0]!.graph.imageInput]: feeds[graphs[0]!.graph.imageInput]! }
    const turns = sessions.map(({ name, fetches, session }) => ({
      name,
      run: () => session.run(name === 'forward' ? image : feeds, fetches),
    }))
    const { timings, load: busy } = await takeTurns(turns, rounds, (round) =>
      status(round < 0 ? `batches of ${batch}: warming up` : `batches of ${batch}: round ${round + 1} of ${rounds}`),
    )
    measured.push({ batch, load: busy, timings: timings.map((timing) => anImage(timing, batch)) })
  }
  for (const { session } of sessions) await session.release()
  return measured
}

/** An explain graph from a file. Throws where it does not give what the model's own gives. */
async function savedGraph(path: string, own: ExplainGraph): Promise<GraphFile> {
  const { inputs, outputs, file } = await readModel(path)
  const given = new Set(outputs.map(({ name }) => name))
  const missing = fetchesOf(own).find((name) => !given.has(name))
  const fits = inputs.some(({ name }) => name === own.imageInput)
  if (!missing && fits) return file!
  throw new HeadlightError(
    'usage',
    `${path} is no explain graph of this model: it has no ${missing ? `output '${missing}'` : `input '${own.imageInput}'`}. Save one with explain --methods gmar_l1 --save-graph.`,
  )
}

const anImage = (timing: TurnTiming, batch: number): TurnTiming => ({
  ...timing,
  leastMs: timing.leastMs / batch,
  medianMs: timing.medianMs / batch,
  clockMs: timing.clockMs / batch,
})

interface ModelGraphs {
  graphs: { name: string; graph: ExplainGraph }[]
  forward: { graph: GraphFile; output: string }
  /** Shape of a picture. */
  input: number[]
  dynamicBatch: boolean
}

export async function graphsOf(modelPath: string): Promise<ModelGraphs> {
  const model = await analyseModel(modelPath, onnxRuntime(), { readsFiles: true })
  if (!model.anatomy) throw new HeadlightError('unsupported-model', `${modelPath}: ${model.report.reasons.join(' ')}`)
  const settings = DEFAULT_METHOD_SETTINGS
  return {
    graphs: VARIANTS.map(({ name, methods, scores }) => ({
      name,
      graph: model.compile({ methods, settings, scores, raw: false }),
    })),
    forward: { graph: model.original, output: model.anatomy.logits.original },
    input: model.report.input.shape.slice(1) as number[],
    dynamicBatch: model.anatomy.dynamicBatch,
  }
}

export function fetchesOf({ outputs: { logits, headL1, headTaylor, maps } }: ExplainGraph): string[] {
  return [logits, ...[headL1, headTaylor].filter((name) => name !== undefined), ...Object.values(maps)]
}

export function feedsOf(graph: ExplainGraph, shape: number[], batch: number): Record<string, Tensor> {
  const predicted = Array.from({ length: batch }, () => -1)
  return {
    [graph.imageInput]: noise([batch, ...shape], 1),
    [graph.targetInput]: int64([batch], predicted),
    ...placeFeeds(graph, batch),
  }
}
