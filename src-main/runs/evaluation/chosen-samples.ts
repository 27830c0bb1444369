import type { SampleRow } from '@shared/api'
import { pagesOf } from '@shared/api/limits'
import { HeadlightError } from '@shared/errors'
import { takeInTurn } from '../../datasets/in-turn'
import type { Library } from '../compute-source'

/**
 * Samples of a filter, by path; of a limit the first of every label, then the second of every label, and so on. Rows are read
 * a page at a time, between the calls of others. Throws 'usage' where there is none.
 */
export async function chosenSamples(
  library: Library,
  runId: number,
  { filter, limit }: { filter: string; limit: number | null },
  signal?: AbortSignal,
): Promise<SampleRow[]> {
  const { ids } = await library.samples.query({ runId, filter, sort: 'path', descending: false }, { signal })
  const rows = await rowsOf(library, runId, ids, signal)
  if (rows.length === 0) throw new HeadlightError('usage', 'No sample of the run matches the filter.')
  return takeInTurn(
    rows.map((row) => ({ label: row.datasetLabel, row })),
    limit ?? Infinity,
  ).map(({ row }) => row)
}

/** Rows of samples, in their order. */
export async function rowsOf(
  library: Library,
  runId: number,
  ids: Uint32Array,
  signal?: AbortSignal,
): Promise<SampleRow[]> {
  const rows: SampleRow[] = []
  for (const page of pagesOf(ids)) {
    signal?.throwIfAborted()
    for (const row of await library.samples.rows({ runId, ids: page })) rows.push(row)
  }
  return rows
}
