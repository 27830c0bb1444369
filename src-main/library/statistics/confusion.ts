import type { Confusion, RunInfo } from '@shared/api'
import type { Project } from '../project/project'
import { compileFilter } from '../samples/sample-filter'

/** Counts of the samples of a filter by label and prediction; pairs that never occur are left out. */
export function countConfusion(project: Project, run: RunInfo, filter: string): Confusion {
  const condition = compileFilter(project, run, filter)
  const pairs = project.cache
    .prepare<(string | number)[], { label: number; prediction: number; count: number }>(
      `SELECT r.label AS label, r.prediction AS prediction, count(*) AS count FROM run_sample r
       WHERE ${condition.sql} AND r.label IS NOT NULL AND r.prediction IS NOT NULL
       GROUP BY r.label, r.prediction ORDER BY r.label, r.prediction`,
    )
    .all(...condition.parameters)
  return {
    classes: run.model.classes,
    labels: Uint32Array.from(pairs, ({ label }) => label),
    predictions: Uint32Array.from(pairs, ({ prediction }) => prediction),
    counts: Uint32Array.from(pairs, ({ count }) => count),
  }
}
