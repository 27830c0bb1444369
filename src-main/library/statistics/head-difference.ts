import type { HeadDifference, RunInfo } from '@shared/api'
import type { Project } from '../project/project'
import { compileFilter } from '../samples/sample-filter'
import { weightsOf } from './head-statistics'
import type { Norm } from './running-heads'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

/** Head weights of two groups of samples, each by a filter, compared head by head (METHODS). */
export function headDifference(
  project: Project,
  run: RunInfo,
  filterA: string,
  filterB: string,
  norm: Norm,
): HeadDifference {
  const { layers, heads } = run.model
  const a = weightColumns(project, run, filterA, norm)
  const b = weightColumns(project, run, filterB, norm)
  const d = new Float32Array(layers * heads)
  const p = new Float64Array(layers * heads)
  a.columns.forEach((columnA, i) => {
    const columnB = b.columns[i] ?? new Float64Array()
    d[i] = cohenD(columnA, columnB)
    p[i] = mannWhitneyP(columnA, columnB)
  })
  return {
    layers,
    heads,
    countA: a.count,
    countB: b.count,
    cohenD: d,
    p: Float32Array.from(p),
    q: Float32Array.from(benjaminiHochberg(p)),
  }
}

/** The weights of every head over the samples of a filter: one column a head. */
function weightColumns(project: Project, run: RunInfo, filter: string, norm: Norm) {
  const condition = compileFilter(project, run, filter)
  const samples = project.cache
    .prepare<(string | number)[], { id: number }>(
      `SELECT r.sample_id AS id FROM run_sample r WHERE ${condition.sql} AND r.state = 1 ORDER BY r.sample_id`,
    )
    .all(...condition.parameters)
  const size = run.model.layers * run.model.heads
  const full = Array.from({ length: size }, () => new Float64Array(samples.length))
  let count = 0
  for (const { weights } of weightsOf(project, run, norm, samples)) {
    for (let i = 0; i < size; i += 1) {
      const column = full[i]
      if (column !== undefined) column[count] = weights[i] ?? NaN
    }
    count += 1
  }
  return { count, columns: full.map((column) => column.subarray(0, count)) }
}
