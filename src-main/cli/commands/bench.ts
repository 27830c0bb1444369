import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'
import { DEFAULT_METHODS, type MethodId } from '@shared/methods'
import type { Backend } from '../../service/backend'
import { type Demo, findDemo } from '../../service/places'
import { type Command, type CommandContext, EXIT } from '../command'
import { methodSettings, precision, provider, wholeNumber } from '../options'
import { table } from '../output'
import { performRun } from '../perform-run'

/** What is timed: the methods of a run decide what its graph computes. */
const VARIANTS: { name: string; methods: MethodId[] }[] = [
  // Last-layer attention needs no gradient and no product over layers: the forward pass, and next to nothing else.
  { name: 'forward', methods: ['raw'] },
  { name: 'GMAR', methods: ['gmar_l1'] },
  { name: 'default methods', methods: [...DEFAULT_METHODS] },
]

interface Timing {
  name: string
  batch: number
  /** Medians over the rounds, milliseconds an image. */
  inferMs: number
  decodeMs: number
}

export const bench: Command = {
  name: 'bench',
  summary: 'Times the demo model: forward pass against GMAR, and a run end to end.',
  usage: '[--batch N] [--rounds N] [--limit N] [--provider ..] [--precision ..] [--json]',
  options: {
    batch: { type: 'string' },
    rounds: { type: 'string' },
    limit: { type: 'string' },
    provider: { type: 'string' },
    precision: { type: 'string' },
    set: { type: 'string', multiple: true },
  },
  arguments: 0,
  async execute(context) {
    const { options, output } = context
    const demo = findDemo()
    if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
    const batch = wholeNumber(options, 'batch', 1) ?? 8
    const rounds = wholeNumber(options, 'rounds', 1) ?? 5
    const timings = await timeVariants(context, demo, batch, rounds)
    const run = await timeRun(context, demo, wholeNumber(options, 'limit', 1) ?? 200)

    const [forward, gmar] = timings
    const ratio = (gmar?.inferMs ?? NaN) / (forward?.inferMs ?? NaN)
    const machine = `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores`
    output.document({ machine, batch, rounds, timings, gmarToForward: ratio, endToEnd: run })
    output.line(`${machine}, batches of ${batch}, medians of ${rounds}`)
    const cells = timings.map(({ name, inferMs, decodeMs }) => [
      name,
      (1000 / inferMs).toFixed(1),
      inferMs.toFixed(1),
      decodeMs.toFixed(1),
    ])
    output.line(table(['', 'images/s', 'infer ms/image', 'decode ms/image'], cells))
    output.line(`GMAR takes ${ratio.toFixed(2)} times the forward pass`)
    output.line(
      `end to end: ${run.imagesPerSecond.toFixed(1)} images/s on ${run.provider}, batches of ${run.batch}, after ${run.setUpSeconds.toFixed(1)} s of checking and compiling`,
    )
    return EXIT.done
  },
}

/** All variants take turns, so that a machine that slows down slows all of them. */
async function timeVariants(context: CommandContext, demo: Demo, batch: number, rounds: number): Promise<Timing[]> {
  const compute = context.backend().compute.acquire()
  const { preprocessing } = await compute.inspect(demo.modelPath)
  const samples = await someImages(demo.dataPath, batch)
  const sessions = await inTurn(VARIANTS, ({ methods }) =>
    compute.prepare({
      ...{ modelPath: demo.modelPath, methods, preprocessing, batch, expectedHash: null },
      settings: methodSettings(context.options),
      provider: provider(context.options),
      precision: precision(context.options),
    }),
  )
  const times = sessions.map(() => ({ infer: [] as number[], decode: [] as number[] }))
  for (let round = -1; round < rounds; round++) {
    context.output.status(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`)
    for (const [index, { session }] of sessions.entries()) {
      const { timing } = await compute.run(session, samples)
      if (round < 0) continue
      times[index]?.infer.push(timing.inferMs / batch)
      times[index]?.decode.push(timing.decodeMs / batch)
    }
  }
  context.output.endStatus()
  await inTurn(sessions, ({ session }) => compute.close(session))
  return VARIANTS.map(({ name }, index) => ({
    name,
    batch,
    inferMs: median(times[index]?.infer ?? []),
    decodeMs: median(times[index]?.decode ?? []),
  }))
}

/** A run into a project that is thrown away. */
async function timeRun(context: CommandContext, demo: Demo, limit: number) {
  const folder = await mkdtemp(join(tmpdir(), 'headlight-bench-'))
  const { library }: Backend = context.backend()
  try {
    await library.create(join(folder, 'bench.headlight'))
    const request = { provider: provider(context.options), precision: precision(context.options), limit }
    const { run, cost } = await performRun(context, { ...demo, ...request })
    if (run.state !== 'finished') throw new HeadlightError('cancelled', 'The benchmark was interrupted.')
    return { ...cost, imagesPerSecond: cost.images / cost.seconds, provider: run.provider }
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

async function someImages(dataPath: string, count: number) {
  const entries = await readdir(dataPath, { recursive: true })
  const images = entries.filter((name) => name.endsWith('.jpg')).sort()
  return Array.from({ length: count }, (_, id) => {
    const name = images[Math.floor((id * images.length) / count)] ?? ''
    return { id, file: join(dataPath, name), mask: null, target: -1 }
  })
}

async function inTurn<Item, Result>(items: readonly Item[], action: (item: Item) => Promise<Result>) {
  const results: Result[] = []
  for (const item of items) results.push(await action(item))
  return results
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
