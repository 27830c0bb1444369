import type { HeadGroup, HeadStatistics, RunInfo } from '@shared/api'
import type { Project } from '../project/project'
import { compileFilter } from '../samples/sample-filter'
import { className } from '../samples/sample-rows'
import { parseFilter } from '@shared/filter'
import { float32 } from '../typed-blobs'
import { HeadAccumulator } from './head-accumulator'
import { type PackedHeads, summarise } from './head-sums'
import { headWeights } from './head-weights'
import { type Grouping, type Norm, readRunningHeads } from './running-heads'

const GROUP_COLUMNS: Record<Grouping, string> = {
  all: '0',
  class: 'r.label',
  prediction: 'r.prediction',
  correct: 'r.correct',
}

/**
 * Statistics of head weights by group. Without a filter they come from the running statistics, with one from the
 * samples; both ways give the same numbers up to rounding. Groups in order of class, wrong before correct.
 */
export function headStatistics(
  project: Project,
  run: RunInfo,
  by: Grouping,
  filter: string,
  norm: Norm,
): HeadStatistics {
  const unfiltered = parseFilter(filter).length === 0
  const groups = unfiltered ? fromRunning(project, run, by, norm) : fromSamples(project, run, by, filter, norm)
  return { layers: run.model.layers, heads: run.model.heads, norm, groups }
}

function fromRunning(project: Project, run: RunInfo, by: Grouping, norm: Norm): HeadGroup[] {
  const groups: HeadGroup[] = []
  for (const { key, packed } of readRunningHeads(project.cache, run.id, norm, by)) {
    groups.push(toGroup(run, by, key, packed))
  }
  return groups
}

function fromSamples(project: Project, run: RunInfo, by: Grouping, filter: string, norm: Norm): HeadGroup[] {
  const condition = compileFilter(project, run, filter)
  const column = GROUP_COLUMNS[by]
  const samples = project.cache
    .prepare<(string | number)[], { id: number; key: number }>(
      `SELECT r.sample_id AS id, ${column} AS key FROM run_sample r
       WHERE ${condition.sql} AND r.state = 1 AND ${column} IS NOT NULL ORDER BY key, id`,
    )
    .all(...condition.parameters)

  const groups: HeadGroup[] = []
  let current: { key: number; heads: HeadAccumulator } | null = null
  // One group at a time: a histogram of every class at once would take gigabytes for a thousand classes.
  for (const { key, weights } of weightsOf(project, run, norm, samples)) {
    if (current !== null && current.key !== key) groups.push(toGroup(run, by, current.key, current.heads.pack()))
    if (current === null || current.key !== key) {
      current = { key, heads: new HeadAccumulator(run.model.layers, run.model.heads) }
    }
    current.heads.add(weights)
  }
  if (current !== null) groups.push(toGroup(run, by, current.key, current.heads.pack()))
  return groups
}

/** Head weights `[layers, heads]` of samples, in their order; samples without scores are left out. */
export function* weightsOf<Sample extends { id: number }>(
  project: Project,
  run: RunInfo,
  norm: Norm,
  samples: Iterable<Sample>,
): Generator<Sample & { weights: Float64Array }> {
  const column = norm === 'l1' ? 'head_l1' : 'head_l2'
  const read = project.cache
    .prepare<[number, number], Buffer | null>(`SELECT ${column} FROM result WHERE run_id = ? AND sample_id = ?`)
    .pluck()
  for (const sample of samples) {
    const blob = read.get(run.id, sample.id)
    const weights = blob ? headWeights(float32(blob), run.model.heads) : null
    if (weights !== null) yield { ...sample, weights }
  }
}

function toGroup(run: RunInfo, by: Grouping, key: number, heads: PackedHeads): HeadGroup {
  if (by === 'all') return summarise('all', 'All samples', heads)
  if (by === 'correct') return key === 1 ? summarise('correct', 'Correct', heads) : summarise('wrong', 'Wrong', heads)
  return summarise(String(key), className(run.definition.labels, key), heads)
}
