/** Numbers that mean one thing in review.sqlite and another one in cache.sqlite. */
import type { Database } from 'better-sqlite3'
import type { ProjectFiles } from '../project/project-files'

/** A run that is another one in each file, by the review file's key and the definition that it began with. */
export function findRunConflict({ review, cache }: ProjectFiles): string | null {
  const key = review.prepare<[], string>(`SELECT key FROM identity`).pluck().get()
  const copy = cache.prepare<[number], { review_key: string; origin: string; name: string }>(
    `SELECT review_key, origin, name FROM run_identity WHERE run_id = ?`,
  )
  const runs = review.prepare<[], { id: number; origin: string; name: string }>(`SELECT id, origin, name FROM run`)
  for (const { id, origin, name } of runs.all()) {
    const found = copy.get(id)
    if (found !== undefined && (found.review_key !== key || found.origin !== origin)) {
      return `run ${id} is “${name}” in review.sqlite, and in cache.sqlite the run “${found.name}” of another review file or definition`
    }
  }
  return null
}

/** A dataset with another root in each file, unless it moved: then a run of both files is over it. */
export function findDatasetConflict({ review, cache }: ProjectFiles): string | null {
  const rootOf = review.prepare<[number], string>(`SELECT root FROM dataset WHERE id = ?`).pluck()
  const idOf = review.prepare<[string], number>(`SELECT id FROM dataset WHERE root = ?`).pluck()
  const shared = new Set(
    review
      .prepare<[], { id: number; dataset: number }>(`SELECT id, dataset_id AS dataset FROM run`)
      .all()
      .filter(({ id }) => cache.prepare(`SELECT 1 FROM run_identity WHERE run_id = ?`).get(id) !== undefined)
      .map(({ dataset }) => dataset),
  )
  const copies = cache.prepare<[], { id: number; root: string }>(
    `SELECT dataset_id AS id, root FROM dataset_identity ORDER BY dataset_id`,
  )
  for (const { id, root } of copies.all()) {
    if (shared.has(id)) continue
    const known = rootOf.get(id)
    if (known !== undefined && known !== root) {
      return `dataset ${id} is ${known} in review.sqlite, and ${root} in cache.sqlite`
    }
    const other = idOf.get(root)
    if (other !== undefined && other !== id) {
      return `${root} is dataset ${other} in review.sqlite, and dataset ${id} in cache.sqlite`
    }
  }
  return null
}

type Row = [id: number, dataset: number, path: string]

/** A sample with another path in each file: both are read once, in order of ids. */
export function findSampleConflict({ review, cache }: ProjectFiles): string | null {
  const keys = rowsOf(review, `SELECT id, dataset_id, path FROM sample_key ORDER BY id`)
  const samples = rowsOf(cache, `SELECT id, dataset_id, path FROM sample ORDER BY id`)
  try {
    let [key, sample] = [keys.next(), samples.next()]
    while (!key.done && !sample.done) {
      const [id, dataset, path] = key.value
      const [otherId, otherDataset, otherPath] = sample.value
      if (id === otherId && (dataset !== otherDataset || path !== otherPath)) {
        return `sample ${id} is ${path} of dataset ${dataset} in review.sqlite, and ${otherPath} of dataset ${otherDataset} in cache.sqlite`
      }
      if (id <= otherId) key = keys.next()
      if (otherId <= id) sample = samples.next()
    }
    return null
  } finally {
    keys.return?.()
    samples.return?.()
  }
}

function rowsOf(database: Database, sql: string): IterableIterator<Row> {
  return database.prepare<[], Row>(sql).raw().iterate()
}
