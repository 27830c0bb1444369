import type { Project } from '../project/project'

/** The sample that triage of a view last showed, null where it never began. */
export function readPlace({ review }: Project, view: string): { id: number } | null {
  const id = review.prepare<[string], number>(`SELECT sample_id FROM triage_place WHERE view = ?`).pluck().get(view)
  return id === undefined ? null : { id }
}

/** Views whose place is kept: the newest. */
const MAX_PLACES = 1000

export function writePlace({ review }: Project, view: string, id: number, now = new Date()): void {
  review.transaction(() => {
    review
      .prepare(
        `INSERT INTO triage_place VALUES (?, ?, ?)
         ON CONFLICT (view) DO UPDATE SET sample_id = excluded.sample_id, changed_at = excluded.changed_at`,
      )
      .run(view, id, now.toISOString())
    review
      .prepare(
        `DELETE FROM triage_place WHERE view IN (
           SELECT view FROM triage_place ORDER BY changed_at DESC LIMIT -1 OFFSET ?)`,
      )
      .run(MAX_PLACES)
  })()
}
