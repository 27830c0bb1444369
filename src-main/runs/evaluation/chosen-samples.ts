import type { SampleRow } from '@shared/api'
import { pagesOf } from '@shared/api/limits'
import { HeadlightError } from '@shared/errors'
import type { Library } from '../compute-source'

/** Which samples are evaluated. */
export interface Choice {
  filter: string
  /** Null for all that match. */
  limit: number | null
}

/**
 * Ids of the samples of a filter, by path; of a limit the first of every label, then the second of every label, and so on. Throws
 * 'usage' where there is none.
 */
export async function chosenIds(
  library: Library,
  runId: number,
  { filter, limit }: Choice,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const ids = await library.samples.inTurn({ runId, filter, limit }, { signal })
  if (ids.length === 0) throw new HeadlightError('usage', 'No sample of the run matches the filter.')
  return ids
}

/** The same with what is known of them, read a page at a time, between the calls of others. */
export async function chosenSamples(
  library: Library,
  runId: number,
  choice: Choice,
  signal?: AbortSignal,
): Promise<SampleRow[]> {
  return rowsOf(library, runId, await chosenIds(library, runId, choice, signal), signal)
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
