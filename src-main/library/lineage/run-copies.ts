/** Copies of runs in cache.sqlite: what has to be known to give results back to a review file that lost their run. */
import type { Database } from 'better-sqlite3'
import type { ProjectFiles } from '../project/project-files'
import { headsOf } from '@headlight/explain/report'
import { storedModel, type StoredRun } from '../stored/stored-run'

/** Copies every run of the review file, and the roots of its datasets. */
export function copyRuns(files: ProjectFiles): void {
  const ids = files.review.prepare<[], number>(`SELECT id FROM run`).pluck().all()
  for (const id of ids) copyRun(files, id)
  const roots = files.review.prepare<[], { id: number; root: string }>(`SELECT id, root FROM dataset`).all()
  for (const { id, root } of roots) copyDataset(files, id, root)
}

export function copyDataset({ cache }: Pick<ProjectFiles, 'cache'>, id: number, root: string): void {
  cache.prepare(`INSERT OR REPLACE INTO dataset_identity (dataset_id, root) VALUES (?, ?)`).run(id, root)
}

/** Copies a run, and keeps what the cache knows of the matching that its labels follow. */
export function copyRun({ review, cache }: ProjectFiles, runId: number): void {
  const run = review
    .prepare<[number], StoredRun>(
      `SELECT id, origin, definition_hash, dataset_id, name, definition, model, certificate, created_at
       FROM run WHERE id = ?`,
    )
    .get(runId)
  if (run === undefined) return
  const key = review.prepare<[], string>(`SELECT key FROM identity`).pluck().get()
  cache
    .prepare(
      `INSERT INTO run_identity (run_id, review_key, origin, definition_hash, dataset_id, name, definition, model,
         certificate, created_at)
       VALUES (@id, @key, @origin, @definition_hash, @dataset_id, @name, @definition, @model, @certificate, @created_at)
       ON CONFLICT (run_id) DO UPDATE SET
         definition_hash = excluded.definition_hash, dataset_id = excluded.dataset_id, name = excluded.name,
         definition = excluded.definition, model = excluded.model, certificate = excluded.certificate`,
    )
    .run({ ...run, key })
  describeLayers(cache, run)
}

/** Says where the scores of each layer's heads begin in the results of a run, for readers that do not have its model. */
function describeLayers(cache: Database, run: StoredRun): void {
  const model = storedModel(run)
  const { layers, heads } = model
  const write = cache.prepare(`INSERT OR IGNORE INTO head_layer (run_id, layer, first, heads) VALUES (?, ?, ?, ?)`)
  for (let layer = 0; layer < layers; layer++) write.run(run.id, layer, layer * heads, headsOf(model, layer))
}
