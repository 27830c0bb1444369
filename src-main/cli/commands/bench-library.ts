import { benchLibrary, printMeasurements } from '../bench/report-library'
import { type Command, EXIT } from '../command'
import { flag, oneOf, text, usage, wholeNumber } from '../options'

/** What is promised is promised of a million samples. */
const SAMPLES = 1_000_000

export const benchLibraryCommand: Command = {
  name: 'bench-library',
  summary: 'Times the library over a made-up project of a million samples.',
  usage: '[--project P.headlight [--only-write]] [--samples N] [--pictures some|all] [--json]',
  options: {
    project: { type: 'string' },
    samples: { type: 'string' },
    pictures: { type: 'string' },
    'only-write': { type: 'boolean' },
  },
  arguments: 0,
  async execute({ options, output, backend }) {
    const project = text(options, 'project') ?? null
    const samples = wholeNumber(options, 'samples', 1000) ?? SAMPLES
    const pictures = oneOf(options, 'pictures', ['some', 'all'], 'some')
    const onlyWrite = flag(options, 'only-write')
    if (onlyWrite && project === null) throw usage('--only-write needs --project.')
    const measurements = await benchLibrary(output, backend, { project, samples, pictures, onlyWrite })
    output.document({ samples, measurements })
    printMeasurements(output, measurements)
    return EXIT.done
  },
}
