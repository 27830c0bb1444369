import { takeInTurn } from '../datasets/in-turn'
import type { RunInfo, SampleRow } from '@shared/api'
import type { Backend } from '../service/backend'
import type { OptionValues } from './command'
import { text, wholeNumber } from './options'
import { usage } from './usage'

/**
 * Samples of `--filter`, by path; of `--limit` the first of every label, then the second of every label, and so on. Throws
 * 'usage' where there is none.
 */
export async function chosenSamples({ library }: Backend, run: RunInfo, options: OptionValues): Promise<SampleRow[]> {
  const limit = wholeNumber(options, 'limit', 1) ?? Infinity
  const filter = text(options, 'filter') ?? ''
  const { ids } = await library.samples.query({ runId: run.id, filter, sort: 'path', descending: false })
  const rows = await library.samples.rows({ runId: run.id, ids })
  if (rows.length === 0) throw usage('No sample of the run matches the filter.')
  return takeInTurn(
    rows.map((row) => ({ label: row.datasetLabel, row })),
    limit,
  ).map(({ row }) => row)
}
