/** Samples of a run that have a mask and no localisation, with the reason. */
import { UNMEASURED, type Unmeasured, type UnmeasuredGroup, type UnmeasuredKind } from '@shared/masks'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import type { SampleCondition } from '../samples/sample-condition'
import { checkSound, soundRow } from '../stored/sound-rows'
import { readRun } from './run-records'

const EXAMPLES = 5

interface StoredCount {
  kind: UnmeasuredKind
  count: number
  sound: number
}

const COUNT = `u.kind, count(*) AS count, min(${soundRow('unmeasured', 'u')}) AS sound`

/** By reason, the largest group first. Throws 'not-found' and 'project-damaged'. */
export function readUnmeasured(project: Project, runId: number): UnmeasuredGroup[] {
  readRun(project, runId)
  const groups = project.cache
    .prepare<[number], StoredCount>(
      `SELECT ${COUNT} FROM unmeasured u WHERE run_id = ? GROUP BY kind ORDER BY count DESC, kind`,
    )
    .all(runId)
    .map(soundCount)
  const examples = project.cache.prepare<[number, string, number], UnmeasuredGroup['examples'][number]>(
    `SELECT s.id, s.path, u.message FROM unmeasured u JOIN run_sample r USING (run_id, sample_id)
     JOIN sample s ON s.id = u.sample_id
     WHERE u.run_id = ? AND u.kind = ? ORDER BY r.position LIMIT ?`,
  )
  return groups.map((group) => ({ ...group, examples: examples.all(runId, group.kind, EXAMPLES) }))
}

/** How many samples of a filter there are by reason. Throws 'project-damaged'. */
export function countUnmeasured(
  { cache }: ProjectFiles,
  { sql, parameters }: SampleCondition,
): Record<UnmeasuredKind, number> {
  const rows = cache
    .prepare<(string | number)[], StoredCount>(
      `SELECT ${COUNT} FROM run_sample r JOIN unmeasured u USING (run_id, sample_id) WHERE ${sql} GROUP BY u.kind`,
    )
    .all(...parameters)
    .map(soundCount)
  const none = Object.fromEntries(Object.keys(UNMEASURED).map((kind) => [kind, 0])) as Record<UnmeasuredKind, number>
  return { ...none, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) }
}

/** Null where it was measured, where there is no mask, and where no reason was kept. Throws 'project-damaged'. */
export function whyUnmeasured({ cache }: ProjectFiles, runId: number, sampleId: number): Unmeasured | null {
  const row = cache
    .prepare<[number, number], Unmeasured & { sound: number }>(
      `SELECT kind, message, ${soundRow('unmeasured')} AS sound FROM unmeasured WHERE run_id = ? AND sample_id = ?`,
    )
    .get(runId, sampleId)
  if (row === undefined) return null
  const { sound, ...why } = row
  checkSound(sound, `why sample ${sampleId} has no localisation`)
  return why
}

function soundCount({ sound, ...group }: StoredCount): Omit<StoredCount, 'sound'> {
  checkSound(sound, `why a sample has no localisation`)
  return group
}
