/** Steps that nobody can undo or redo any more: they are marked at once, and their changes are removed part by part. */
import { setImmediate } from 'node:timers/promises'
import { toErrorValue } from '@shared/errors'
import type { Project } from '../project/project'
import { keptStatement, keptValue } from '../project/kept-statements'

/** Steps kept for each reviewer, and rows of change over all steps; the last step is kept however large. */
const MAX_STEPS = 500
const MAX_CHANGES = 1_000_000
/** Changes that one transaction removes. */
const AT_A_TIME = 500
const DROPPED = 2

/** What was undone can no longer be done again: it was based on what has now changed. What was half done again stays. */
export function dropRedo({ review }: Project, reviewer: string): void {
  keptStatement(
    review,
    `UPDATE annotation_step SET undone = ${DROPPED} WHERE reviewer = ? AND undone = 1 AND walked = 0`,
  ).run(reviewer)
  const half = keptStatement<[string], { id: number; walked: number }>(
    review,
    `SELECT id, walked FROM annotation_step WHERE reviewer = ? AND undone = 1`,
  ).all(reviewer)
  for (const { id, walked } of half) {
    const key = `sample_id, kind, reviewer, key`
    keptStatement(
      review,
      `DELETE FROM annotation_change WHERE step_id = ? AND (${key}) IN (
           SELECT ${key} FROM annotation_change WHERE step_id = ? ORDER BY ${key} LIMIT -1 OFFSET ?)`,
    ).run(id, id, walked)
    keptStatement(
      review,
      `UPDATE annotation_step SET undone = 0, walked = 0, changes = walked, terms_kind = NULL,
           samples = (SELECT count(DISTINCT sample_id) FROM annotation_change WHERE step_id = id) WHERE id = ?`,
    ).run(id)
  }
}

/** Drops what is more than is kept. */
export function dropOldSteps({ review }: Project, reviewer: string): void {
  keptStatement(
    review,
    `UPDATE annotation_step SET undone = ${DROPPED} WHERE following IS NULL AND id IN (
         SELECT id FROM annotation_step WHERE reviewer = ? AND undone < ${DROPPED} ORDER BY id DESC LIMIT -1 OFFSET ?)`,
  ).run(reviewer, MAX_STEPS)
  keptStatement(
    review,
    `UPDATE annotation_step SET undone = ${DROPPED} WHERE following IS NULL AND undone < ${DROPPED} AND id IN (
         SELECT id FROM (
           SELECT id, sum(changes) OVER (ORDER BY id DESC) AS total FROM annotation_step WHERE undone < ${DROPPED})
         WHERE total > ? AND id < (SELECT max(id) FROM annotation_step))`,
  ).run(MAX_CHANGES)
}

const sweeping = new WeakSet<Project>()

/** Removes dropped steps bit by bit, until the project is closed: the next session goes on. */
export function sweepDropped(project: Project): void {
  if (sweeping.has(project)) return
  sweeping.add(project)
  sweep(project)
    // They take room and do no other harm.
    .catch((error: unknown) => console.error(`Dropped steps are not removed: ${toErrorValue(error).message}`))
    .finally(() => sweeping.delete(project))
}

async function sweep({ review }: Project): Promise<void> {
  await setImmediate()
  while (review.open) {
    const id = keptValue<[], number>(review, `SELECT id FROM annotation_step WHERE undone = ${DROPPED}`).get()
    if (id === undefined) return
    const upTo = keptValue<[number, number], number>(
      review,
      `SELECT sample_id FROM annotation_change WHERE step_id = ? ORDER BY sample_id LIMIT 1 OFFSET ?`,
    ).get(id, AT_A_TIME)
    if (upTo === undefined) keptStatement(review, `DELETE FROM annotation_step WHERE id = ?`).run(id)
    else keptStatement(review, `DELETE FROM annotation_change WHERE step_id = ? AND sample_id <= ?`).run(id, upTo)
    await setImmediate()
  }
}
