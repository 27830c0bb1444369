import { z } from 'zod'
import type { Project } from '../project/project'
import { parseStored } from '../stored/stored-json'

const KEY = 'run-queue'
const queueSchema = z.array(z.number())

/** Ids of the runs that wait, in order. */
export function readQueue(project: Project): number[] {
  const stored = project.review.prepare<[string], string>(`SELECT value FROM setting WHERE key = ?`).pluck().get(KEY)
  return stored === undefined ? [] : parseStored(queueSchema, stored, 'the queue of runs')
}

/** Runs that the project does not have, and repetitions, are left out. */
export function writeQueue(project: Project, runIds: readonly number[]): void {
  const known = new Set(project.review.prepare<[], number>(`SELECT id FROM run`).pluck().all())
  const queue = [...new Set(runIds)].filter((id) => known.has(id))
  project.review
    .prepare(`INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`)
    .run(KEY, JSON.stringify(queue))
}
