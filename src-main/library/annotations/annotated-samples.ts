/** Which samples have an annotation: what the terms of a filter, facets and sorting ask. */
import type { ProjectFiles } from '../project/project-files'
import { foldCase } from '../samples/fold-case'
import { findTerm, readTerms, type TermKind } from './terms'

export type AnnotationField = 'tag' | 'verdict' | 'note' | 'reviewer'
export type AnnotationFlag = 'annotated' | 'region' | 'conflict'

/** A settled conflict counts with the verdict that settled it; otherwise every reviewer's verdict counts. */
const VERDICTS = `
  SELECT sample_id, text FROM (
    SELECT sample_id, text, max(changed_at) FROM annotation WHERE kind = 'settled' AND deleted = 0 GROUP BY sample_id)
  UNION SELECT sample_id, text FROM annotation WHERE kind = 'verdict' AND deleted = 0 AND sample_id NOT IN (
    SELECT sample_id FROM annotation WHERE kind = 'settled' AND deleted = 0)`

/** Ids of samples with this tag, verdict or reviewer (whatever the case), or with these words in a note. */
export function samplesWith(project: ProjectFiles, field: AnnotationField, value: string): number[] {
  const { review } = project
  const ids = (sql: string, name: string) => review.prepare<[string], number>(sql).pluck().all(name)
  switch (field) {
    case 'tag':
      return ids(
        `SELECT DISTINCT sample_id FROM annotation WHERE kind = 'tag' AND key = ? AND deleted = 0`,
        findTerm(readTerms(project, 'tag'), value)?.name ?? value,
      )
    case 'verdict':
      return ids(
        `SELECT sample_id FROM (${VERDICTS}) WHERE text = ?`,
        findTerm(readTerms(project, 'verdict'), value)?.name ?? value,
      )
    case 'reviewer':
    case 'note': {
      // SQLite folds the case of ASCII only.
      const folded = foldCase(value)
      const column = field === 'note' ? 'text' : 'reviewer'
      const rows = review
        .prepare<[], { id: number; said: string }>(
          `SELECT sample_id AS id, ${column} AS said FROM annotation
           WHERE deleted = 0 AND ${field === 'note' ? `kind = 'note'` : `kind <> 'settled'`}`,
        )
        .all()
      const fits = (said: string) => (field === 'note' ? foldCase(said).includes(folded) : foldCase(said) === folded)
      return [...new Set(rows.filter(({ said }) => fits(said)).map(({ id }) => id))]
    }
  }
}

/** Ids of samples with any annotation, with a region, or with verdicts that differ and are not settled. */
export function samplesThat({ review }: ProjectFiles, flag: AnnotationFlag): number[] {
  const sql = {
    annotated: `SELECT DISTINCT sample_id FROM annotation WHERE deleted = 0`,
    region: `SELECT DISTINCT sample_id FROM annotation WHERE kind = 'region' AND deleted = 0`,
    conflict: `SELECT sample_id FROM (${VERDICTS}) GROUP BY sample_id HAVING count(*) > 1`,
  }[flag]
  return review.prepare<[], number>(sql).pluck().all()
}

/** Samples after `after`, in order, that have one of these tags or verdicts, or were settled with one of these verdicts. */
export function samplesNaming(
  { review }: ProjectFiles,
  kind: TermKind,
  names: readonly string[],
  after: number,
): { ids: Uint32Array } {
  const named = kind === 'tag' ? `kind = 'tag' AND key` : `kind IN ('verdict', 'settled') AND text`
  const ids = review
    .prepare<[string, number], number>(
      `SELECT DISTINCT sample_id FROM annotation
       WHERE ${named} IN (SELECT value FROM json_each(?)) AND deleted = 0 AND sample_id > ? ORDER BY sample_id`,
    )
    .pluck()
    .all(JSON.stringify(names), after)
  return { ids: Uint32Array.from(ids) }
}

/** When each annotated sample was last changed, ISO 8601. */
export function annotatedAt({ review }: ProjectFiles): Map<number, string> {
  const rows = review
    .prepare<[], { id: number; at: string }>(
      `SELECT sample_id AS id, max(changed_at) AS at FROM annotation WHERE deleted = 0 GROUP BY sample_id`,
    )
    .all()
  return new Map(rows.map(({ id, at }) => [id, at]))
}

/** `[sample, tag]` and `[sample, verdict]` pairs of the whole project, each pair once. */
export function saidOfSamples({ review }: ProjectFiles, kind: 'tag' | 'verdict'): { id: number; text: string }[] {
  const pairs =
    kind === 'verdict'
      ? VERDICTS
      : `SELECT sample_id, key AS text FROM annotation WHERE kind = 'tag' AND deleted = 0 GROUP BY 1, 2`
  return review.prepare<[], { id: number; text: string }>(`SELECT sample_id AS id, text FROM (${pairs})`).all()
}
