import type { Project } from '../project/project'
import { datasetOfRun } from '../run/run-records'

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
