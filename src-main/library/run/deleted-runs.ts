/**
 * Runs that a user deleted. Until the project closes they are only hidden, so that deleting can be undone; then their
 * results and their record go. Annotations belong to samples and stay.
 */
import { HeadlightError } from '@shared/errors'
import { z } from 'zod'
import { removeResults } from '../lineage/remove-results'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import { parseStored } from '../stored/stored-json'
import { readQueue, writeQueue } from './run-queue'

const KEY = 'deleted-runs'
const idsSchema = z.array(z.number())

/** Ids of the runs that go when the project closes. */
export function readDeleted({ review }: Pick<ProjectFiles, 'review'>): number[] {
  const stored = review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck().get(KEY)
  return stored === undefined ? [] : parseStored(idsSchema, stored, 'the list of deleted runs')
}

/** Hides a run that computes no more. Throws 'not-found'. */
export function deleteRun(project: Project, runId: number): void {
  if (project.review.prepare(`SELECT 1 FROM run WHERE id = ?`).get(runId) === undefined) {
    throw new HeadlightError('not-found', `The project has no run ${runId}.`)
  }
  writeQueue(
    project,
    readQueue(project).filter((id) => id !== runId),
  )
  writeDeleted(project, [...new Set([...readDeleted(project), runId])])
}

/** Brings a deleted run back. Without effect on one that is not deleted. */
export function undeleteRun(project: Pick<ProjectFiles, 'review'>, runId: number): void {
  const deleted = readDeleted(project)
  if (deleted.includes(runId)) {
    writeDeleted(
      project,
      deleted.filter((id) => id !== runId),
    )
  }
}

/** Removes what was deleted for good. Cut off in the middle, the next closing does the rest. */
export function purgeDeleted(project: ProjectFiles): void {
  for (const runId of readDeleted(project)) {
    removeResults(project.cache, runId)
    project.review.transaction(() => {
      project.review.prepare(`DELETE FROM run_label WHERE run_id = ?`).run(runId)
      project.review.prepare(`DELETE FROM run WHERE id = ?`).run(runId)
      undeleteRun(project, runId)
    })()
  }
}

function writeDeleted({ review }: Pick<ProjectFiles, 'review'>, runIds: readonly number[]): void {
  review
    .prepare(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    .run(KEY, JSON.stringify(runIds))
}
