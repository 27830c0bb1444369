import { setImmediate } from 'node:timers/promises'
import type { Project } from '../project/project'

/** Rows that one transaction writes; other calls are answered between two. */
const ROWS_AT_A_TIME = 250

/** Writes many rows of review.sqlite part by part, each a transaction; where one fails, those before it stay. */
export async function inParts<Row>(
  project: Project,
  rows: readonly Row[],
  write: (part: readonly Row[], isLast: boolean) => void,
): Promise<void> {
  const writePart = project.review.transaction(write)
  for (let at = 0; at === 0 || at < rows.length; at += ROWS_AT_A_TIME) {
    if (at > 0) await setImmediate()
    const end = at + ROWS_AT_A_TIME
    writePart(rows.slice(at, end), end >= rows.length)
  }
}
