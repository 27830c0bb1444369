import type { ErrorGroup } from '@shared/api'
import type { Project } from '../project/project'
import { readRun } from './run-records'

const EXAMPLES = 5

/** Samples without a result, by the kind of their error, the largest group first. Throws 'not-found'. */
export function readErrorGroups(project: Project, runId: number): ErrorGroup[] {
  if (readRun(project, runId).failed === 0) return []
  const groups = project.cache
    .prepare<[number], Pick<ErrorGroup, 'code' | 'count'>>(
      `SELECT error_code AS code, count(*) AS count FROM run_sample WHERE run_id = ? AND state = 2
       GROUP BY error_code ORDER BY count DESC, code`,
    )
    .all(runId)
  const examples = project.cache.prepare<[number, string, number], ErrorGroup['examples'][number]>(
    `SELECT s.id, s.path, r.error AS message FROM run_sample r JOIN sample s ON s.id = r.sample_id
     WHERE r.run_id = ? AND r.state = 2 AND r.error_code = ? ORDER BY r.position LIMIT ?`,
  )
  return groups.map((group) => ({ ...group, examples: examples.all(runId, group.code, EXAMPLES) }))
}
