import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'

interface KnownSample {
  id: number
  hash: string | null
}

/** Finds the sample that a file speaks of: by path, by content where the path is unknown or in several datasets. */
class SampleFinder {
  readonly #byPath
  readonly #byHash
  readonly #hashOf
  constructor({ review, cache }: ProjectFiles) {
    // The newest dataset first. Asked for in each by itself: the index has the dataset before the path.
    const datasets = review.prepare<[], number>(`SELECT id FROM dataset ORDER BY id DESC`).pluck().all()
    const inDataset = review
      .prepare<[number, string], number>(`SELECT id FROM sample_key WHERE dataset_id = ? AND path = ?`)
      .pluck()
    this.#byPath = (path: string) => datasets.flatMap((dataset) => inDataset.all(dataset, path))
    this.#hashOf = cache.prepare<[number], string | null>(`SELECT hash FROM sample WHERE id = ?`).pluck()
    // Made when a path is unknown for the first time: few files need it.
    let hashes: Map<string, number[]> | null = null
    this.#byHash = (hash: string) => (hashes ??= idsByHash(cache)).get(hash) ?? []
  }

  /** 'mismatched' where the path has an image of other content. A hash that is not known yet fits. */
  find(path: string, hash: string | null): { id: number } | 'unknown' | 'mismatched' {
    const named = this.#byPath(path).map((id): KnownSample => ({ id, hash: this.#hashOf.get(id) ?? null }))
    const fitting = named.find((sample) => hash !== null && sample.hash === hash)
    if (fitting) return { id: fitting.id }
    const open = named.find((sample) => hash === null || sample.hash === null)
    if (open) return { id: open.id }
    // Moved: the one sample with the same bytes.
    const [moved, ...others] = hash === null ? [] : this.#byHash(hash)
    if (moved !== undefined && others.length === 0) return { id: moved }
    return named.length > 0 ? 'mismatched' : 'unknown'
  }
}

/** Where no sample is found; see {@link findSamples}. */
export const UNKNOWN = -1
export const MISMATCHED = -2

/** The ids of samples by path and content, UNKNOWN or MISMATCHED for those that are not found. */
export function findSamples(
  project: ProjectFiles,
  paths: readonly string[],
  hashes: readonly (string | null)[],
): Float64Array {
  const finder = new SampleFinder(project)
  return Float64Array.from(paths, (path, i) => {
    const found = finder.find(path, hashes[i] ?? null)
    if (typeof found !== 'string') return found.id
    return found === 'unknown' ? UNKNOWN : MISMATCHED
  })
}

/** The sample that a user names by its path, relative to its dataset or whole. Throws 'not-found'. */
export function findSample({ review }: Project, path: string): number {
  const id = review
    .prepare<[string, string], number>(
      `SELECT k.id FROM sample_key k JOIN dataset d ON d.id = k.dataset_id
       WHERE k.path = ? OR replace(d.root || '/' || k.path, '\\', '/') = ? ORDER BY d.id DESC LIMIT 1`,
    )
    .pluck()
    .get(path, path.replaceAll('\\', '/'))
  if (id !== undefined) return id
  throw new HeadlightError('not-found', `The project has no sample ${path}; name it by its path inside the dataset.`)
}

function idsByHash(cache: Project['cache']): Map<string, number[]> {
  const rows = cache.prepare<[], { id: number; hash: string }>(`SELECT id, hash FROM sample WHERE hash IS NOT NULL`)
  const ids = new Map<string, number[]>()
  for (const { id, hash } of rows.iterate()) ids.set(hash, [...(ids.get(hash) ?? []), id])
  return ids
}
