import { type AnnotationKind, type AnnotationMarks, MARK } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'
import { checkRow } from '../stored/checked-rows'
import type { StoredAnnotation } from './stored-annotation'
import { readTerms } from './terms'

/** Tags, verdict and what else there is of many samples, as typed arrays for the tiles of the gallery. */
export function readMarks(project: ProjectFiles, ids: Uint32Array): AnnotationMarks {
  const idOf = (kind: 'tag' | 'verdict') => new Map(readTerms(project, kind).map(({ id, name }) => [name, id]))
  const [tagIds, verdictIds] = [idOf('tag'), idOf('verdict')]
  const read = project.review.prepare<[number], StoredAnnotation>(
    `SELECT * FROM annotation WHERE sample_id = ? AND deleted = 0 ORDER BY changed_at`,
  )
  const starts = new Uint32Array(ids.length + 1)
  const verdicts = new Uint32Array(ids.length)
  const marks = new Uint8Array(ids.length)
  const tags: number[] = []
  ids.forEach((id, i) => {
    const rows = read.all(id)
    for (const row of rows) checkRow('annotation', row, `an annotation of sample ${id}`)
    const texts = (kind: AnnotationKind) => new Set(rows.filter((row) => row.kind === kind).map(({ text }) => text))
    for (const tag of texts('tag')) tags.push(tagIds.get(tag) ?? 0)
    starts[i + 1] = tags.length
    const given = texts('verdict')
    const settled = [...texts('settled')].at(-1)
    verdicts[i] = verdictIds.get(settled ?? [...given][0] ?? '') ?? 0
    marks[i] =
      (texts('note').size > 0 ? MARK.note : 0) |
      (texts('region').size > 0 ? MARK.region : 0) |
      (settled === undefined && given.size > 1 ? MARK.conflict : 0)
  })
  return { ids, starts, tags: Uint32Array.from(tags), verdicts, marks }
}
