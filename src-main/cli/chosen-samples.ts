import type { RunInfo, SampleRow } from '@shared/api'
import { chosenSamples } from '../runs/evaluation/chosen-samples'
import type { Backend } from '../service/backend'
import type { OptionValues } from './command'
import { text, wholeNumber } from './options'

/** Samples of `--filter` and `--limit`. Throws 'usage' where there is none. */
export async function chosenOf({ library }: Backend, run: RunInfo, options: OptionValues): Promise<SampleRow[]> {
  const limit = wholeNumber(options, 'limit', 1) ?? null
  return chosenSamples(library, run.id, { filter: text(options, 'filter') ?? '', limit })
}
