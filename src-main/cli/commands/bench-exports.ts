import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { RUN_TABLES, type RunTable, TABLE_FORMATS } from '../../exports/export-table'
import { figureSource } from '../../service/figure-source'
import { findDemo } from '../../service/places'
import { benchLibrary } from '../bench/report-library'
import { type TableTiming, timeOverlays, timeTable } from '../bench/measure-exports'
import { type CommandContext, EXIT } from '../command'
import { openSource } from '../exports/tables'
import { severalOf, text, wholeNumber } from '../options'
import { table } from '../output'
import { performRun } from '../perform-run'

const SAMPLES = 100_000
const USUAL: readonly RunTable[] = ['predictions', 'scores']
const TABLES = Object.keys(RUN_TABLES) as RunTable[]

/** Tables of many samples with the memory they take, and the overlays of the demo's thousand images. */
export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const whats = severalOf(options, 'what', TABLES, USUAL)
  const formats = severalOf(options, 'format', TABLE_FORMATS, TABLE_FORMATS)
  const samples = wholeNumber(options, 'samples', 1000) ?? SAMPLES
  const scratch = mkdtempSync(join(tmpdir(), 'headlight-bench-exports-'))
  try {
    const overlays = await benchOverlays(context, scratch)
    const project = resolve(text(options, 'project') ?? join(scratch, 'Bench.headlight'))
    if (!existsSync(project)) {
      await benchLibrary(output, context.backend, { project, samples, pictures: 'some', onlyWrite: true })
    }
    const tables = await benchTables(context, project, scratch, whats, formats)
    output.document({ overlays, tables })
    print(context, tables)
    if (overlays) {
      const { files, seconds, size } = overlays
      output.line(
        `${files} overlays at ${size} pixels: ${seconds.toFixed(1)} s, ${(files / seconds).toFixed(1)} a second`,
      )
    }
    return EXIT.done
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Null where the demo is not beside the program. */
async function benchOverlays(context: CommandContext, scratch: string) {
  const demo = findDemo()
  if (!demo) return null
  const { library, compute } = context.backend()
  await library.project.create({ path: join(scratch, 'Demo.headlight') })
  try {
    const { run } = await performRun(context, demo)
    if (run.state !== 'finished') throw new HeadlightError('cancelled', 'The benchmark was interrupted.')
    const source = { ...(await openSource(context)), picture: figureSource(library, compute).picture }
    const status = (words: string) => context.output.status(words)
    return await timeOverlays(source, run, join(scratch, 'overlays'), context.signal, status)
  } finally {
    await library.project.close()
  }
}

async function benchTables(
  context: CommandContext,
  project: string,
  scratch: string,
  whats: readonly RunTable[],
  formats: readonly (typeof TABLE_FORMATS)[number][],
): Promise<TableTiming[]> {
  const { library } = context.backend()
  const { runs } = await library.project.open({ path: project })
  try {
    const [run] = runs
    if (run === undefined) throw new HeadlightError('not-found', `${project} holds no run.`)
    const source = await openSource(context)
    const timings: TableTiming[] = []
    for (const what of whats) {
      for (const format of formats) {
        const status = (words: string) => context.output.status(words)
        timings.push(await timeTable(source, run, { what, format }, scratch, context.signal, status))
      }
    }
    return timings
  } finally {
    context.output.endStatus()
    await library.project.close()
  }
}

function print({ output }: CommandContext, timings: readonly TableTiming[]): void {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  const cells = timings.map(({ what, format, rows, seconds, bytes, firstTenthBytes, highestBytes }) => [
    `${what} as ${format}`,
    rows.toLocaleString('en'),
    `${seconds.toFixed(1)} s`,
    Math.round(rows / seconds).toLocaleString('en'),
    megabytes(bytes),
    megabytes(firstTenthBytes),
    megabytes(highestBytes),
  ])
  output.line(table(['', 'rows', 'time', 'rows/s', 'file', 'memory, first tenth', 'highest'], cells))
}
