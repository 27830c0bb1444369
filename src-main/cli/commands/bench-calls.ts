import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type CallTiming, measureCalls, WAIT_LIMIT_MS } from '../bench/measure-calls'
import { benchLibrary } from '../bench/report-library'
import { type CommandContext, EXIT } from '../command'
import { text, wholeNumber } from '../options'
import { table } from '../output'

const SAMPLES = 100_000
const SECONDS = 5

/** What annotations of one window wait for while another one makes the largest calls of the contract. */
export async function execute(context: CommandContext): Promise<number> {
  const { options, output } = context
  const samples = wholeNumber(options, 'samples', 1000) ?? SAMPLES
  const seconds = wholeNumber(options, 'seconds', 1) ?? SECONDS
  const only = ([] as unknown[]).concat(options.call ?? []).map(String)
  const scratch = mkdtempSync(join(tmpdir(), 'headlight-bench-calls-'))
  try {
    const project = resolve(text(options, 'project') ?? join(scratch, 'Bench.headlight'))
    if (!existsSync(project)) {
      await benchLibrary(output, context.backend, { project, samples, pictures: 'some', onlyWrite: true })
    }
    const status = (name: string) => output.status(`annotations beside ${name}`)
    const timings = await measureCalls({ project, scratch, seconds, only, signal: context.signal, status })
    output.endStatus()
    output.document({ samples, seconds, timings })
    print(context, timings)
    return EXIT.done
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function print({ output }: CommandContext, timings: readonly CallTiming[]): void {
  const ms = (value: number) => (Number.isNaN(value) ? '' : `${value.toFixed(0)} ms`)
  const cells = timings.map(({ beside, made, tookMs, annotations, medianMs, p99Ms, worstMs, refused }) => [
    beside,
    String(made),
    refused === null ? ms(tookMs) : 'refused',
    String(annotations),
    ms(medianMs),
    ms(p99Ms),
    ms(worstMs),
    worstMs < WAIT_LIMIT_MS ? 'yes' : 'NO',
  ])
  const head = [
    'annotations beside',
    'made',
    'took',
    'annotations',
    'median',
    'p99',
    'worst',
    `under ${WAIT_LIMIT_MS} ms`,
  ]
  output.line(table(head, cells))
  for (const { beside, refused } of timings) if (refused !== null) output.line(`${beside}: ${refused}`)
}
