import { benchLibrary, printMeasurements } from '../bench/report-library'
import { type CommandContext, EXIT } from '../command'
import { flag, oneOf, text, wholeNumber } from '../options'
import { usage } from '../usage'

/** What is promised is promised of a million samples. */
const SAMPLES = 1_000_000

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const project = text(options, 'project') ?? null
  const samples = wholeNumber(options, 'samples', 1000) ?? SAMPLES
  const pictures = oneOf(options, 'pictures', ['some', 'all'], 'some')
  const onlyWrite = flag(options, 'only-write')
  if (onlyWrite && project === null) throw usage('--only-write needs --project.')
  const measurements = await benchLibrary(output, backend, { project, samples, pictures, onlyWrite })
  output.document({ samples, measurements })
  printMeasurements(output, measurements)
  return EXIT.done
}
