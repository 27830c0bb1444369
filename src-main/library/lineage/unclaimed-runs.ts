/**
 * Results of runs that the review file does not know: it was restored from a backup, or lost. They are never joined to
 * another run; they are given back to the review file, or removed, when a user says so.
 */
import type { ModelInfo, UnclaimedRun } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import { removeResults } from './remove-results'

interface Copy {
  id: number
  origin: string | null
  definition_hash: string
  dataset_id: number
  root: string | null
  name: string
  definition: string
  model: string
  certificate: string | null
  created_at: string
  labels: string | null
  done: number | null
}

/** By id. Results of former versions come without a copy of their run and can only be removed. */
export function unclaimedRuns(files: ProjectFiles): UnclaimedRun[] {
  return readUnclaimed(files).map((copy) => ({
    id: copy.id,
    name: copy.origin === null ? `Run ${copy.id}` : copy.name,
    createdAt: copy.origin === null ? null : copy.created_at,
    model: copy.origin === null ? null : (JSON.parse(copy.model) as ModelInfo).fileName,
    dataset: copy.root,
    samples: copy.done ?? 0,
    restorable: copy.origin !== null && copy.root !== null,
  }))
}

/**
 * Gives results back: their run, dataset and samples are written to the review file as they were, under the ids that
 * they had. Throws 'not-found', and 'usage' where something of the project has taken their place.
 */
export function restoreRun({ review, cache }: Project, runId: number): void {
  const copy = wanted({ review, cache }, runId)
  const { root } = copy
  if (copy.origin === null || root === null) {
    throw usage(
      `Run ${runId} was computed by a version that kept no copy of its definition; its results can be removed.`,
    )
  }
  review.transaction(() => {
    const computed = review
      .prepare<[string], { id: number; name: string }>(`SELECT id, name FROM run WHERE definition_hash = ?`)
      .get(copy.definition_hash)
    if (computed !== undefined) {
      throw usage(
        `“${computed.name}” (run ${computed.id}) was computed again with the same definition as run ${runId}, so that one has no place beside it; its results can be removed.`,
      )
    }
    const insert = review.prepare(`INSERT OR IGNORE INTO dataset (id, root) VALUES (?, ?)`)
    insert.run(copy.dataset_id, root)
    if (datasetRoot(review, copy.dataset_id) !== root) throw taken(runId, `the dataset ${root}`)
    giveKeys({ review, cache }, runId)
    review
      .prepare(
        `INSERT INTO run (id, definition_hash, origin, dataset_id, name, definition, model, certificate, created_at)
         VALUES (@id, @definition_hash, @origin, @dataset_id, @name, @definition, @model, @certificate, @created_at)`,
      )
      .run(copy)
    const label = review.prepare(`INSERT INTO run_label (run_id, folder, class_index) VALUES (?, ?, ?)`)
    const labels = JSON.parse(copy.labels ?? '[]') as [string, number | null][]
    for (const [name, classIndex] of labels) label.run(runId, name, classIndex)
  })()
  // They belonged to another review file until now.
  cache
    .prepare(`UPDATE run_identity SET review_key = ? WHERE run_id = ?`)
    .run(review.prepare<[], string>(`SELECT key FROM identity`).pluck().get(), runId)
}

/** Removes results of a run that the review file does not know. Throws 'not-found'. */
export function removeUnclaimed({ review, cache }: Project, runId: number): void {
  wanted({ review, cache }, runId)
  removeResults(cache, runId)
}

/** Gives the samples of a run their keys back, under their ids. */
function giveKeys({ review, cache }: ProjectFiles, runId: number): void {
  const samples = cache.prepare<[number], { id: number; dataset: number; path: string }>(
    `SELECT s.id, s.dataset_id AS dataset, s.path FROM run_sample r JOIN sample s ON s.id = r.sample_id
     WHERE r.run_id = ? ORDER BY s.id`,
  )
  const give = review.prepare(`INSERT OR IGNORE INTO sample_key (id, dataset_id, path) VALUES (?, ?, ?)`)
  const has = review.prepare(`SELECT 1 FROM sample_key WHERE id = ? AND dataset_id = ? AND path = ?`)
  for (const { id, dataset, path } of samples.iterate(runId)) {
    if (give.run(id, dataset, path).changes === 0 && has.get(id, dataset, path) === undefined) throw taken(runId, path)
  }
}

function readUnclaimed({ review, cache }: ProjectFiles): Copy[] {
  const known = new Set(review.prepare<[], number>(`SELECT id FROM run`).pluck().all())
  return cache
    .prepare<[], Copy>(
      `SELECT ids.id, i.origin, i.definition_hash, i.dataset_id, d.root, i.name, i.definition, i.model, i.certificate,
         i.created_at, i.labels, s.done
       FROM (SELECT run_id AS id FROM run_identity UNION SELECT run_id FROM run_state) AS ids
       LEFT JOIN run_identity i ON i.run_id = ids.id
       LEFT JOIN dataset_identity d ON d.dataset_id = i.dataset_id
       LEFT JOIN run_state s ON s.run_id = ids.id
       ORDER BY ids.id`,
    )
    .all()
    .filter(({ id }) => !known.has(id))
}

function wanted(files: ProjectFiles, runId: number): Copy {
  const copy = readUnclaimed(files).find(({ id }) => id === runId)
  if (copy === undefined) throw new HeadlightError('not-found', `The project holds no results without a run ${runId}.`)
  return copy
}

function datasetRoot(review: ProjectFiles['review'], id: number): string | undefined {
  return review.prepare<[number], string>(`SELECT root FROM dataset WHERE id = ?`).pluck().get(id)
}

function taken(runId: number, what: string): HeadlightError {
  return usage(
    `Run ${runId} cannot be given back: the project knows ${what} by another number since. Compute it again, and remove these results.`,
  )
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
