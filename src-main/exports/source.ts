import type { ProjectInfo, RunInfo } from '@shared/api'
import type { LibraryApi } from '../library/api'
import type { Remote } from '../process'

/** Where the rows of an export come from. */
export interface ExportSource {
  library: Remote<LibraryApi>
  project: ProjectInfo
  /** Such as 'Headlight 0.1.0'. */
  program: string
}

/** Samples of a run that a filter chooses. */
export interface Chosen {
  run: RunInfo
  filter: string
  /** Quantities that predictions have as further columns, as filters write them; `all` for all of maps. */
  quantities?: readonly string[]
}

/** Samples that are read at a time. */
const BLOCK = 1024

/** Ids of the samples in order of path. Throws FilterError. */
export async function chosenIds({ library }: ExportSource, { run, filter }: Chosen): Promise<Uint32Array> {
  const { ids } = await library.samples.query({ runId: run.id, filter, sort: 'path', descending: false })
  return ids
}

export function* idBlocks(ids: Uint32Array): Generator<Uint32Array> {
  for (let at = 0; at < ids.length; at += BLOCK) yield ids.slice(at, at + BLOCK)
}
