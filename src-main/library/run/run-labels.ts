/**
 * Which class of the model each label of the dataset means in a run, read and changed after the fact. The matching is
 * kept in review.sqlite, what follows from it (labels, which predictions are right, counts) in cache.sqlite.
 */
import { z } from 'zod'
import type { ClassMatch, LabelMapping, RunDefinition } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { needsLabel } from '@shared/targets'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'
import { countRun } from './enrol-samples'
import { datasetOfRun, readRun } from './run-records'

/** Runs whose new matching is not in cache.sqlite yet: the two files are never written in one transaction. */
const UNFINISHED = 'relabelled-runs'
const runIdsSchema = z.array(z.number())

/** The labels of a run in code-point order, with the number of its samples of each. */
export function readRunLabels(project: Project, runId: number): ClassMatch[] {
  const { definition } = readRun(project, runId)
  const counts = new Map(
    project.cache
      .prepare<[number], { folder: string; count: number }>(
        `SELECT sample.folder, count(*) AS count FROM run_sample JOIN sample ON sample.id = run_sample.sample_id
         WHERE run_sample.run_id = ? AND sample.folder IS NOT NULL GROUP BY sample.folder`,
      )
      .all(runId)
      .map(({ folder, count }) => [folder, count]),
  )
  const given = new Set((definition.labelMapping ?? []).map(([label]) => label))
  return matchingOf(project, runId)
    .filter(({ folder }) => counts.has(folder))
    .map(({ folder, classIndex }) => ({
      ...{ folder, classIndex, count: counts.get(folder) ?? 0 },
      by: given.has(folder) ? 'given' : null,
    }))
}

/**
 * Matches labels of a run anew; those that are not named stay as they are. Labels and correctness of its samples and the
 * counts of the run follow in one transaction, and triggers make the columns of the blocks follow them. Sums of attention
 * by label cannot follow and are dropped. Throws 'usage' for a run that explains the label, since its results depend on
 * it, and for a label or class that there is not.
 */
export function matchRunLabels(project: Project, runId: number, mapping: LabelMapping): void {
  const { definition, model, name } = readRun(project, runId)
  if (needsLabel(definition.target)) {
    throw usage(
      `“${name}” explains the label, so its scores and maps belong to the labels that it was computed with. Start a new run with the other matching instead.`,
    )
  }
  const known = new Set(matchingOf(project, runId).map(({ folder }) => folder))
  for (const [label, classIndex] of mapping) {
    if (!known.has(label)) throw usage(`The run has no label ${label}.`)
    if (classIndex !== null && classIndex >= model.classes) {
      throw usage(`The label ${label} is matched to class ${classIndex}, and the model has ${model.classes} (from 0).`)
    }
  }
  const { review } = project
  const match = review.prepare(`UPDATE run_label SET class_index = ? WHERE run_id = ? AND folder = ?`)
  const define = review.prepare(`UPDATE run SET definition = ? WHERE id = ?`)
  const labelMapping = [...new Map([...(definition.labelMapping ?? []), ...mapping])].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  review.transaction(() => {
    for (const [label, classIndex] of mapping) match.run(classIndex, runId, label)
    define.run(JSON.stringify({ ...definition, labelMapping } satisfies RunDefinition), runId)
    writeUnfinished(project, [...unfinished(project), runId])
  })()
  finishMatching(project)
}

/** Brings cache.sqlite up to the matching of runs whose change was cut off between the two files. */
export function finishMatching(project: Project): void {
  const runIds = unfinished(project)
  if (runIds.length === 0) return
  for (const runId of runIds) relabel(project, runId)
  writeUnfinished(project, [])
}

function relabel(project: Project, runId: number): void {
  const { cache } = project
  cache.transaction(() => {
    cache.exec(`CREATE TEMP TABLE IF NOT EXISTS matching (folder TEXT PRIMARY KEY, class_index INTEGER);
      DELETE FROM matching`)
    const insert = cache.prepare(`INSERT INTO matching (folder, class_index) VALUES (?, ?)`)
    for (const { folder, classIndex } of matchingOf(project, runId)) insert.run(folder, classIndex)
    // Only what changes is written: a row that is touched makes its block's columns stale.
    cache
      .prepare(
        `UPDATE run_sample SET
           label = known.class_index,
           correct = CASE WHEN state = 1 AND known.class_index IS NOT NULL THEN prediction = known.class_index END
         FROM (
           SELECT sample.id, matching.class_index FROM sample JOIN matching USING (folder) WHERE sample.dataset_id = ?
         ) AS known
         WHERE run_id = ? AND sample_id = known.id AND label IS NOT known.class_index`,
      )
      .run(datasetOfRun(project, runId), runId)
    countRun(project, runId)
  })()
}

function matchingOf(project: Project, runId: number): { folder: string; classIndex: number | null }[] {
  return project.review
    .prepare<[number], { folder: string; classIndex: number | null }>(
      `SELECT folder, class_index AS classIndex FROM run_label WHERE run_id = ? ORDER BY folder`,
    )
    .all(runId)
}

function unfinished(project: Project): number[] {
  const read = project.review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck()
  return parseStored(runIdsSchema, read.get(UNFINISHED) ?? '[]', 'the list of runs whose labels are matched')
}

function writeUnfinished(project: Project, runIds: readonly number[]): void {
  project.review
    .prepare(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    .run(UNFINISHED, JSON.stringify([...new Set(runIds)]))
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
