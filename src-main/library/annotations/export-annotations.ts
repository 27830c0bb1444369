import type { AnnotationFormat, RunInfo } from '@shared/api'
import type { ProjectFiles } from '../project/project'
import { compileFilter } from '../samples/sample-filter'
import { type FileAnnotation, type WrittenFile, writeAnnotationFile } from './annotation-file'
import { annotatedLabels, type LabelledRun } from './annotation-labels'
import { type StoredAnnotation, annotationOf } from './stored-annotation'
import { readTerms } from './terms'

/** Samples of which annotations are exported; null for all of the project. */
export interface ExportedPart {
  run: RunInfo
  filter: string
}

/**
 * The bytes of the file, annotations in order of path, kind, reviewer and key, with labels of the part's run, otherwise of
 * the one of `runs` that was in view. `name` is the project's.
 */
export function exportAnnotations(
  project: ProjectFiles,
  format: AnnotationFormat,
  part: ExportedPart | null,
  name: string,
  runs: readonly LabelledRun[],
  now = new Date(),
): Uint8Array {
  const about = {
    project: name,
    exportedAt: now.toISOString(),
    ...(part && { run: part.run.name, filter: part.filter }),
  }
  return writeAnnotationFile(readFile(project, part, runs), format, about)
}

function readFile(project: ProjectFiles, part: ExportedPart | null, runs: readonly LabelledRun[]): WrittenFile {
  const rows = project.review
    .prepare<[], StoredAnnotation & { path: string }>(
      `SELECT a.*, s.path FROM annotation a JOIN sample_key s ON s.id = a.sample_id
       ORDER BY s.path, a.sample_id, a.kind, a.reviewer, a.key`,
    )
    .all()
  const wanted = part && samplesOf(project, part)
  const hash = project.cache.prepare<[number], string | null>(`SELECT hash FROM sample WHERE id = ?`).pluck()
  const entry = (row: (typeof rows)[number]): FileAnnotation => {
    const { kind, text, region, shape, reviewer, run, createdAt, changedAt } = annotationOf(row)
    const about = { sample: row.path, hash: hash.get(row.sample_id) ?? null, kind, text }
    return { ...about, ...(kind === 'region' && { region, shape }), reviewer, run, createdAt, changedAt }
  }
  const exported = rows.filter((row) => wanted === null || wanted.has(row.sample_id))
  const said = exported.filter((row) => row.deleted === 0)
  const labels = annotatedLabels(project, said, runs, part?.run.id ?? null)
  return {
    tags: terms(project, 'tag'),
    verdicts: terms(project, 'verdict'),
    annotations: said.map((row) => ({ ...entry(row), ...labels(row) })),
    deleted: exported.filter((row) => row.deleted === 1).map(entry),
  }
}

const terms = (project: ProjectFiles, kind: 'tag' | 'verdict') =>
  readTerms(project, kind).map(({ name, colour, hotkey }) => ({ name, colour, hotkey }))

function samplesOf(project: ProjectFiles, { run, filter }: ExportedPart): Set<number> {
  const condition = compileFilter(project, run, filter)
  const ids = project.cache
    .prepare<(string | number)[], number>(`SELECT r.sample_id FROM run_sample r WHERE ${condition.sql}`)
    .pluck()
    .all(...condition.parameters)
  return new Set(ids)
}
