import type { ProjectFiles } from '../project/project-files'

/** A sample as the project knows it. */
export interface KnownSample {
  id: number
  path: string
  /** Size and content at its first decode, null before that. */
  bytes: number | null
  hash: string | null
}

/**
 * The samples of a dataset that something refers to: a run or an annotation. Keys of files that vanished before they
 * were computed are left out. Where the cache was lost, all keys count.
 */
export function knownSamples(
  project: ProjectFiles,
  datasetId: number,
): {
  known: KnownSample[]
  /** Paths of the keys that were left out: no other sample may take them. */ reserved: Set<string>
} {
  const keys = project.review
    .prepare<[number], { id: number; path: string }>(`SELECT id, path FROM sample_key WHERE dataset_id = ? ORDER BY id`)
    .all(datasetId)
  const content = new Map(
    project.cache
      .prepare<[number], KnownSample>(`SELECT id, path, bytes, hash FROM sample WHERE dataset_id = ?`)
      .all(datasetId)
      .map((row) => [row.id, row]),
  )
  const enrolled = new Set(project.cache.prepare<[], number>(`SELECT DISTINCT sample_id FROM run_sample`).pluck().all())
  const annotated = project.review
    .prepare<[], number>(`SELECT DISTINCT sample_id FROM annotation WHERE deleted = 0`)
    .pluck()
    .all()
  const used = new Set([...enrolled, ...annotated])
  const known: KnownSample[] = []
  const reserved = new Set<string>()
  for (const { id, path } of keys) {
    const { bytes = null, hash = null } = content.get(id) ?? {}
    if (enrolled.size === 0 || used.has(id)) known.push({ id, path, bytes, hash })
    else reserved.add(path)
  }
  return { known, reserved }
}
