import type { Facet, Facets, RunInfo, SampleIds, SortKey } from '@shared/api'
import { annotatedAt } from '../annotations/annotated-samples'
import type { Project } from '../project/project'
import { datasetOfRun } from '../run/run-records'
import { compileFilter, type SampleCondition } from './sample-filter'
import { className } from './sample-rows'

const SORT_COLUMNS: Record<Exclude<SortKey, 'annotated'>, string> = {
  path: 'r.position',
  confidence: 'r.confidence',
  label: 'r.label',
  prediction: 'r.prediction',
  correct: 'r.correct',
}

/** Ids of the samples that pass a filter, sorted; samples without the value come last, ties in order of path. */
export function querySamples(
  project: Project,
  run: RunInfo,
  filter: string,
  sort: SortKey,
  descending: boolean,
): SampleIds {
  if (sort === 'annotated') {
    const { ids, total } = querySamples(project, run, filter, 'path', false)
    return { ids: byAnnotation(project, ids, descending), total }
  }
  const condition = compileFilter(project, run, filter)
  const direction = descending ? 'DESC' : 'ASC'
  const ids = project.cache
    .prepare<(string | number)[], number>(
      `SELECT r.sample_id FROM run_sample r WHERE ${condition.sql}
       ORDER BY ${SORT_COLUMNS[sort]} ${direction} NULLS LAST, r.position`,
    )
    .pluck()
    .all(...condition.parameters)
  return { ids: Uint32Array.from(ids), total: run.total }
}

/** Ids of the samples at these paths, relative to the dataset; null for a path that the run does not have. */
export function idsOfPaths(project: Project, runId: number, paths: readonly string[]): (number | null)[] {
  const dataset = datasetOfRun(project, runId)
  const key = project.review
    .prepare<[number, string], number>(`SELECT id FROM sample_key WHERE dataset_id = ? AND path = ?`)
    .pluck()
  const enrolled = project.cache
    .prepare<[number, number], number>(`SELECT 1 FROM run_sample WHERE run_id = ? AND sample_id = ?`)
    .pluck()
  return paths.map((path) => {
    const id = key.get(dataset, path)
    return id !== undefined && enrolled.get(runId, id) === 1 ? id : null
  })
}

/** Samples in order of their last annotation, which lies in the other file; the order of paths among equals. */
function byAnnotation(project: Project, ids: Uint32Array, descending: boolean): Uint32Array {
  const at = annotatedAt(project)
  const annotated = [...ids].filter((id) => at.has(id))
  const compare = (a: number, b: number) => Date.parse(at.get(a) ?? '') - Date.parse(at.get(b) ?? '')
  annotated.sort((a, b) => (descending ? compare(b, a) : compare(a, b)))
  return Uint32Array.from([...annotated, ...[...ids].filter((id) => !at.has(id))])
}

/** How many samples of the filter have each label and prediction, are right, wrong or failed. */
export function countFacets(project: Project, run: RunInfo, filter: string): Facets {
  const condition = compileFilter(project, run, filter)
  const totals = project.cache
    .prepare<(string | number)[], { correct: number; wrong: number; errors: number }>(
      `SELECT coalesce(sum(r.correct = 1), 0) AS correct, coalesce(sum(r.correct = 0), 0) AS wrong,
         coalesce(sum(r.state = 2), 0) AS errors
       FROM run_sample r WHERE ${condition.sql}`,
    )
    .get(...condition.parameters)
  return {
    labels: countBy(project, run, condition, 'r.label'),
    predictions: countBy(project, run, condition, 'r.prediction'),
    ...(totals ?? { correct: 0, wrong: 0, errors: 0 }),
  }
}

function countBy(
  project: Project,
  run: RunInfo,
  condition: SampleCondition,
  column: 'r.label' | 'r.prediction',
): Facet[] {
  return project.cache
    .prepare<(string | number)[], { value: number; count: number }>(
      `SELECT ${column} AS value, count(*) AS count FROM run_sample r
       WHERE ${condition.sql} AND ${column} IS NOT NULL GROUP BY ${column} ORDER BY ${column}`,
    )
    .all(...condition.parameters)
    .map(({ value, count }) => ({ value, name: className(run.definition.labels, value), count }))
}
