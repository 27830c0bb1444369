import { setImmediate } from 'node:timers/promises'
import { HeadlightError } from '@shared/errors'
import { namedFault } from '../project/named-fault'
import type { Project } from '../project/project'

/** What one transaction writes: other calls are answered between two. A single row may have more text. */
const PART = { rows: 250, characters: 2 ** 19 }

/** Rows in groups of so few that one transaction writes them soon; `weigh` tells the characters that a row writes. */
export function* partsOf<Row>(rows: Iterable<Row>, weigh: (row: Row) => number): Generator<Row[]> {
  let part: Row[] = []
  let characters = 0
  for (const row of rows) {
    const weight = weigh(row)
    if (part.length > 0 && (part.length >= PART.rows || characters + weight > PART.characters)) {
      yield part
      part = []
      characters = 0
    }
    part.push(row)
    characters += weight
  }
  if (part.length > 0) yield part
}

/**
 * Writes review.sqlite part by part, each a transaction; where one fails, those before it stay. `write` gives how many rows
 * it has been through, and `far` says of their number in a sentence how far it came, null for nowhere; an error ends with it.
 */
export async function inParts<Part>(
  project: Project,
  parts: Iterable<Part>,
  write: (part: Part) => number,
  far: (rows: number) => string | null,
): Promise<void> {
  const writePart = project.review.transaction(write)
  let rows = 0
  try {
    for (const part of parts) {
      rows += writePart(part)
      await setImmediate()
      if (!project.review.open) throw new HeadlightError('cancelled', 'The project was closed.')
    }
  } catch (cause) {
    const named = namedFault(cause, project.path)
    const said = far(rows)
    if (!(named instanceof HeadlightError) || said === null) throw named
    throw new HeadlightError(named.code, `${named.message} ${said}`, { cause: named.cause ?? cause })
  }
}
