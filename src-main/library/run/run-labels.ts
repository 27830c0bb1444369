/**
 * Which class of the model each label of the dataset means in a run, read and changed after the fact. The matching is
 * kept in review.sqlite, what follows from it (labels, which predictions are right, counts) in cache.sqlite, which notes the
 * matching that its counts follow and is brought up to it after a kill. `sample_label` has every label that a listing found
 * for a sample, and where it came from; `run_sample` what the run took for its own label and split, and the matched class.
 */
import { z } from 'zod'
import type { ClassMatch, LabelMapping, RunDefinition } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { needsLabel } from '@shared/targets'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'
import { countRun } from './enrol-samples'
import { rememberRun } from '../lineage/join-files'
import { readRun } from './run-records'

/** Where former versions kept the runs whose new matching was not in cache.sqlite yet. */
const UNFINISHED = 'relabelled-runs'
const runIdsSchema = z.array(z.number())

/** The labels of a run in code-point order, with the number of its samples of each. */
export function readRunLabels(project: Project, runId: number): ClassMatch[] {
  const { definition } = readRun(project, runId)
  const counts = new Map(
    project.cache
      .prepare<[number], { folder: string; count: number }>(
        `SELECT name AS folder, count(*) AS count FROM run_sample JOIN label_name ON label_name.id = dataset_label
         WHERE run_id = ? GROUP BY dataset_label`,
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
 * Matches labels of a run again; those that are not named keep their class. Labels and correctness of its samples and the
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
  if (definition.task === 'regression') {
    throw usage(`“${name}” explains a number, which has no classes that a label could mean.`)
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
  })()
  rememberRun(project, runId)
  finishMatching(project, runId)
}

/**
 * Brings the labels in cache.sqlite up to the matching in review.sqlite: the two files are never written in one
 * transaction, and either may be a restored one. The cache says which matching its labels follow. `changed` is the run
 * that was just matched again.
 */
export function finishMatching(project: Project, changed: number | null = null): void {
  const { review, cache } = project
  const unfinished = unfinishedBefore(project)
  const followed = cache.prepare<[number], string | null>(`SELECT labels FROM run_identity WHERE run_id = ?`).pluck()
  for (const runId of review.prepare<[], number>(`SELECT id FROM run`).pluck().all()) {
    const before = followed.get(runId) ?? null
    // Runs of former versions follow their matching, unless they say otherwise.
    if (before === null ? runId === changed || unfinished.includes(runId) : before !== matchingText(project, runId))
      relabel(project, runId)
    if (before === null) noteMatching(project, runId)
  }
  if (unfinished.length > 0) review.prepare(`DELETE FROM setting WHERE key = ?`).run(UNFINISHED)
}

/** Says that the labels of a run in the cache follow its matching as it is now. */
export function noteMatching(project: Project, runId: number): void {
  project.cache.prepare(`UPDATE run_identity SET labels = ? WHERE run_id = ?`).run(matchingText(project, runId), runId)
}

function relabel(project: Project, runId: number): void {
  const { cache } = project
  cache.transaction(() => {
    cache.exec(`CREATE TEMP TABLE IF NOT EXISTS matching (label INTEGER PRIMARY KEY, class_index INTEGER);
      DELETE FROM matching`)
    const insert = cache.prepare(
      `INSERT INTO matching (label, class_index) SELECT id, ? FROM label_name WHERE name = ?`,
    )
    for (const { folder, classIndex } of matchingOf(project, runId)) insert.run(classIndex, folder)
    // Only what changes is written: a row that is touched makes its block's columns stale.
    cache
      .prepare(
        `UPDATE run_sample SET
           label = known.class_index,
           correct = CASE WHEN state = 1 AND known.class_index IS NOT NULL THEN prediction = known.class_index END
         FROM matching AS known
         WHERE run_id = ? AND dataset_label = known.label AND run_sample.label IS NOT known.class_index`,
      )
      .run(runId)
    countRun(project, runId)
    noteMatching(project, runId)
  })()
}

function matchingText(project: Project, runId: number): string {
  return JSON.stringify(matchingOf(project, runId).map(({ folder, classIndex }) => [folder, classIndex]))
}

function matchingOf(project: Project, runId: number): { folder: string; classIndex: number | null }[] {
  return project.review
    .prepare<[number], { folder: string; classIndex: number | null }>(
      `SELECT folder, class_index AS classIndex FROM run_label WHERE run_id = ? ORDER BY folder`,
    )
    .all(runId)
}

function unfinishedBefore(project: Project): number[] {
  const read = project.review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck()
  return parseStored(runIdsSchema, read.get(UNFINISHED) ?? '[]', 'the list of runs whose labels are matched')
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
