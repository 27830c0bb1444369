import type { RunInfo } from '@shared/api'
import { containerOf, type MaskLocation, type SampleLocation } from '../../datasets/location'
import { writeMaskLocation } from '../../datasets/stored-locations'
import { statOf } from '@headlight/explain/files'
import type { Project } from '../project/project'
import { codesOf } from '../samples/name-codes'
import { locateFailed } from '../samples/sample-files'
import { readRun } from './run-records'

export interface EnrolledSample {
  id: number
  file: SampleLocation
  /** Class index. */
  label: number | null
  /** As the dataset writes it. */
  datasetLabel: string | null
  split: string | null
  mask: MaskLocation | null
}

/**
 * Makes these the samples of a run, in their order: at most `limit`, though samples that already have results stay.
 * One transaction.
 */
export function enrolSamples(
  project: Project,
  runId: number,
  samples: readonly EnrolledSample[],
  limit: number | null,
): void {
  const { cache } = project
  cache.transaction(() => {
    // Pending samples are listed again: their files may be gone, and under a limit others may come first now.
    cache.prepare(`DELETE FROM run_sample WHERE run_id = ? AND state = 0`).run(runId)
    const kept = cache.prepare<[number], number>(`SELECT sample_id FROM run_sample WHERE run_id = ?`).pluck()
    const withResult = new Set(kept.all(runId))
    let room = (limit ?? Infinity) - withResult.size
    const insert = cache.prepare(
      `INSERT INTO run_sample (run_id, sample_id, position, label, dataset_label, split, mask)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    const labelCode = codesOf(cache, 'label_name')
    const splitCode = codesOf(cache, 'split_name')
    // Only what changes is written: a row that is touched makes its block's columns stale.
    const move = cache.prepare(
      `UPDATE run_sample SET position = @position, mask = @stored, split = @splitCode
       WHERE run_id = @runId AND sample_id = @id
         AND (position <> @position OR mask IS NOT @stored OR split IS NOT @splitCode)`,
    )
    samples.forEach(({ id, label, datasetLabel, split, mask }, position) => {
      const stored = writeMaskLocation(mask)
      if (withResult.has(id)) move.run({ position, stored, splitCode: splitCode(split), runId, id })
      else if (room > 0) {
        insert.run(runId, id, position, label, labelCode(datasetLabel), splitCode(split), stored)
        room--
      }
    })
    retryFailures(project, runId, new Map(samples.map(({ id, file }) => [id, containerOf(file)])))
    countRun(project, runId)
  })()
}

/** The failed samples of a run that may succeed now become pending again, without listing the dataset. */
export function retryFailedSamples(project: Project, runId: number): RunInfo {
  project.cache.transaction(() => {
    retryFailures(project, runId, new Map(locateFailed(project, runId).map(({ id, file }) => [id, containerOf(file)])))
    countRun(project, runId)
  })()
  return readRun(project, runId)
}

/** What an unchanged file will always be: no image, of a size that the model cannot take, predicted as its label, or without a place of the class. */
const LASTING = ['unreadable-image', 'unfit-image', 'no-contrast', 'empty-mask']

/** Failed samples become pending again unless they would fail in the same way. */
function retryFailures(project: Project, runId: number, files: ReadonlyMap<number, string>): void {
  const failures = project.cache
    .prepare<[number], { sample_id: number; error_code: string; failed_at: number }>(
      `SELECT sample_id, error_code, failed_at FROM run_sample WHERE run_id = ? AND state = 2`,
    )
    .all(runId)
  const retry = project.cache.prepare(
    `UPDATE run_sample SET state = 0, error_code = NULL, error = NULL, failed_at = NULL
     WHERE run_id = ? AND sample_id = ?`,
  )
  for (const { sample_id, error_code, failed_at } of failures) {
    const file = files.get(sample_id)
    const found = file === undefined ? null : statOf(file)
    if (found === null) continue
    const changed = Math.max(found.mtimeMs, found.ctimeMs) > failed_at
    if (changed || !LASTING.includes(error_code)) retry.run(runId, sample_id)
  }
}

/** Counts the samples of a run again. */
export function countRun(project: Project, runId: number): void {
  project.cache
    .prepare(
      `UPDATE run_state SET
         total = counted.total, done = counted.done, failed = counted.failed,
         correct = counted.correct, labelled = counted.labelled
       FROM (
         SELECT count(*) AS total, coalesce(sum(state = 1), 0) AS done, coalesce(sum(state = 2), 0) AS failed,
           coalesce(sum(state = 1 AND correct = 1), 0) AS correct,
           coalesce(sum(state = 1 AND correct IS NOT NULL), 0) AS labelled
         FROM run_sample WHERE run_id = @runId
       ) AS counted
       WHERE run_id = @runId`,
    )
    .run({ runId })
}
