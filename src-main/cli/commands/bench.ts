import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'
import { DEFAULT_METHODS, type MethodId } from '@headlight/explain/methods'
import { onnxRuntime } from '../../compute/onnx-runtime'
import { analyseModel, placeFeeds } from '@headlight/explain'
import { noise } from '@headlight/explain/random'
import { int64 } from '@headlight/explain/onnx'
import type { Backend } from '../../service/backend'
import { type Demo, findDemo } from '../../service/places'
import { benchLibrary, printMeasurements } from '../bench/report-library'
import { takeTurns, type Turn } from '../bench/take-turns'
import { type CommandContext, EXIT } from '../command'
import { methodSettings, precision, provider, wholeNumber } from '../options'
import { table } from '../output'
import { performRun } from '../perform-run'

/** What is timed beside the original model: the methods of a run decide what its graph computes. */
const VARIANTS: { name: string; methods: MethodId[]; scores: boolean }[] = [
  { name: 'rollout alone', methods: ['rollout'], scores: false },
  { name: 'GMAR', methods: ['gmar_l1'], scores: false },
  { name: 'default methods', methods: [...DEFAULT_METHODS], scores: false },
  { name: 'and sum A o G, as in a run', methods: [...DEFAULT_METHODS], scores: true },
]

/** Enough for numbers, few enough to write in half a minute; `bench -- library` takes a million. */
const LIBRARY_SAMPLES = 20_000

interface Timing {
  name: string
  batch: number
  /** Medians over the rounds, milliseconds an image: by the clock, and of the processor's time. */
  inferMs: number
  cpuMs: number
}

export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const demo = findDemo()
  if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
  const batch = wholeNumber(options, 'batch', 1) ?? 8
  const rounds = wholeNumber(options, 'rounds', 1) ?? 5
  const timings = await timeVariants(context, demo, batch, rounds)
  const run = await timeRun(context, demo, wholeNumber(options, 'limit', 1) ?? 200)

  const [forward] = timings
  const gmar = timings.find(({ name }) => name === 'GMAR')
  const ratio = (gmar?.inferMs ?? NaN) / (forward?.inferMs ?? NaN)
  const machine = `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores`
  const library = await benchLibrary(output, context.backend, {
    project: null,
    samples: LIBRARY_SAMPLES,
    pictures: 'some',
    onlyWrite: false,
  })
  output.document({ machine, batch, rounds, timings, gmarToForward: ratio, endToEnd: run, library })
  output.line(`${machine}, batches of ${batch}, medians of ${rounds}`)
  const cells = timings.map(({ name, inferMs, cpuMs }) => [
    name,
    (1000 / inferMs).toFixed(1),
    inferMs.toFixed(1),
    (inferMs / (forward?.inferMs ?? NaN)).toFixed(2),
    cpuMs.toFixed(1),
    (cpuMs / (forward?.cpuMs ?? NaN)).toFixed(2),
  ])
  output.line(table(['', 'images/s', 'infer ms/image', 'times forward', 'CPU ms/image', 'times forward'], cells))
  output.line(`GMAR takes ${ratio.toFixed(2)} times the forward pass`)
  output.line(
    `end to end: ${run.imagesPerSecond.toFixed(1)} images/s on ${run.provider}, batches of ${run.batch}, after ${run.setUpSeconds.toFixed(1)} s of checking and compiling`,
  )
  output.line(`\nlibrary of ${LIBRARY_SAMPLES.toLocaleString('en')} samples (a million: npm run bench -- library)`)
  printMeasurements(output, library)
  return EXIT.done
}

/** The original model and every variant take turns, so that a machine that slows down slows all of them. */
async function timeVariants(context: CommandContext, demo: Demo, batch: number, rounds: number): Promise<Timing[]> {
  const asked = provider(context.options) ?? 'cpu'
  const load = onnxRuntime({
    provider: asked === 'auto' ? 'cpu' : asked,
    precision: precision(context.options) ?? 'fp32',
  })
  const model = await analyseModel(demo.modelPath, onnxRuntime(), { readsFiles: true })
  const [, ...shape] = model.report.input.shape as number[]
  const image = noise([batch, ...shape], 1)
  const original = await load(model.original)
  const timed: Turn[] = [
    {
      name: 'forward',
      run: () => original.run({ [model.report.input.name]: image }, [model.anatomy!.logits.original]),
    },
  ]
  for (const { name, methods, scores } of VARIANTS) {
    const settings = methodSettings(context.options) ?? DEFAULT_METHOD_SETTINGS
    const graph = model.compile({ methods, settings, scores, raw: false })
    const feeds = {
      [graph.imageInput]: image,
      [graph.targetInput]: int64(
        [batch],
        Array.from({ length: batch }, () => -1),
      ),
      ...placeFeeds(graph, batch),
    }
    const { logits, headL1, headTaylor, maps } = graph.outputs
    const heads = [headL1, headTaylor].filter((name) => name !== undefined)
    const fetches = [logits, ...heads, ...Object.values(maps)]
    const loaded = await load(graph)
    timed.push({ name, run: () => loaded.run(feeds, fetches) })
  }
  const { timings } = await takeTurns(timed, rounds, (round) =>
    context.output.status(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`),
  )
  context.output.endStatus()
  return timings.map(({ name, clockMs, medianMs }) => {
    return { name, batch, inferMs: clockMs / batch, cpuMs: medianMs / batch }
  })
}

/** A run into a project that is thrown away. */
async function timeRun(context: CommandContext, demo: Demo, limit: number) {
  const folder = await mkdtemp(join(tmpdir(), 'headlight-bench-'))
  const { library }: Backend = context.backend()
  try {
    await library.project.create({ path: join(folder, 'bench.headlight') })
    const request = { provider: provider(context.options), precision: precision(context.options), limit }
    const { run, cost } = await performRun(context, { ...demo, ...request })
    if (run.state !== 'finished') throw new HeadlightError('cancelled', 'The benchmark was interrupted.')
    return { ...cost, imagesPerSecond: cost.images / cost.seconds, provider: run.provider }
  } finally {
    await library.project.close()
    await rm(folder, { recursive: true })
  }
}
