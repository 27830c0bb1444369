import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { findDemo } from '../../service/places'
import { madeVit, VIT_SIZES } from '../bench/made-vit'
import { type GraphTiming, measureGraph } from '../bench/measure-graph'
import { type OperatorTime, profileGraph } from '../bench/profile-graph'
import { type CommandContext, EXIT } from '../command'
import { text, wholeNumber } from '../options'
import { table } from '../output'

const BATCHES = [1, 8]
const ROUNDS = 7
/** Operators of a profile that are shown. */
const SHOWN = 25

interface Measured {
  name: string
  batches: GraphTiming[]
  profile: OperatorTime[] | null
}

/** The explain graph beside the forward pass of models that are made here, of the demo, or of files. */
export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const files = ([] as unknown[]).concat(options.model ?? []).map(String)
  const against = text(options, 'against') ?? null
  if (against !== null && files.length !== 1) {
    throw new HeadlightError('usage', '--against is an explain graph of one model: name that with --model FILE.onnx.')
  }
  const only = wholeNumber(options, 'batch', 1)
  const batches = only === undefined ? BATCHES : [only]
  const rounds = wholeNumber(options, 'rounds', 1) ?? ROUNDS
  const folder = await mkdtemp(join(tmpdir(), 'headlight-bench-graph-'))
  const machine = `${cpus()[0]?.model ?? process.arch}, ${availableParallelism()} cores`
  const measured: Measured[] = []
  try {
    for (const { name, write } of files.length > 0 ? files.map(given) : made(folder, options.large === true)) {
      output.status(`${name}: being read`)
      const modelPath = await write()
      const timings = await measureGraph({ modelPath, batches, rounds, against }, (what) =>
        output.status(`${name}, ${what}`),
      )
      output.status(`${name}: profile`)
      const profile = options.profile === true ? await profileGraph(modelPath, batches.at(-1)!) : null
      output.endStatus()
      measured.push({ name, batches: timings, profile })
      print(context, measured.at(-1)!)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const unit = `${machine}; processor time of one thread, an image; least and median of ${rounds} rounds that take turns`
  output.document({ machine, rounds, models: measured })
  output.line(`\n${unit}`)
  return EXIT.done
}

interface Subject {
  name: string
  write(): Promise<string>
}

const given = (path: string): Subject => ({ name: basename(path), write: () => Promise.resolve(path) })

/** Files of the sizes of timm's models, of two opsets; the large one only where it is asked for. */
function made(folder: string, large: boolean): Subject[] {
  const vits = VIT_SIZES.slice(0, large ? undefined : -1).flatMap((size) =>
    ([14, 17] as const).map((opset) => ({
      name: `${size.name}, opset ${opset}`,
      async write() {
        const path = join(folder, 'model.onnx')
        await writeFile(path, madeVit(size, opset))
        return path
      },
    })),
  )
  const demo = findDemo()
  return [...(demo ? [{ ...given(demo.modelPath), name: 'demo' }] : []), ...vits]
}

function print({ output }: CommandContext, { name, batches, profile }: Measured): void {
  const rows = batches.flatMap(({ batch, timings, load }) =>
    timings.map((timing, at) => [
      at === 0 ? String(batch) : '',
      timing.name,
      timing.leastMs.toFixed(1),
      timing.medianMs.toFixed(1),
      timing.leastRatio.toFixed(2),
      timing.pairedRatio.toFixed(2),
      at === 0 ? load.toFixed(1) : '',
    ]),
  )
  output.line(`\n${name}`)
  output.line(table(['batch', '', 'least ms', 'median ms', 'times forward', 'median of pairs', 'load'], rows))
  if (!profile) return
  const operators = profile
    .slice(0, SHOWN)
    .map(({ pass, op, calls, ms }) => [pass, op, calls.toFixed(0), ms.toFixed(2)])
  output.line(table(['pass', 'operator', 'calls', 'ms an image'], operators))
}
