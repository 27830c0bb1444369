import type { Certificate } from '@headlight/explain/report'
import type { ModelInfo, ProviderId, RunDefinition, RunInfo, RunState } from '@shared/api'
import { type ErrorValue, HeadlightError } from '@shared/errors'
import { rememberRun } from '../lineage/join-files'
import { isFullDisk } from '../project/full-disk'
import type { Project } from '../project/project'
import { mapPrecisionFor } from '../samples/map-blobs'
import { checkRow } from '../stored/checked-rows'
import { storedCertificate, storedDefinition, storedModel, type StoredRun } from '../stored/stored-run'
import { readDeleted, undeleteRun } from './deleted-runs'
import { definitionHash } from './definition-hash'
import type { StateRow } from './state-row'
import { readQueue, writeQueue } from './run-queue'

const NO_STATE: StateRow = {
  state: 'pending',
  provider: null,
  error: null,
  error_code: null,
  total: 0,
  done: 0,
  failed: 0,
  correct: 0,
  labelled: 0,
  mapPrecision: 'float32',
}

/**
 * The run of this definition and model, written now if there is none; its definition and certificate are refreshed. Labels
 * that were matched since it began stay matched so, and masks are read as they were.
 */
export function ensureRun(
  project: Project,
  datasetId: number,
  definition: RunDefinition,
  model: ModelInfo,
  certificate: Certificate | null,
): number {
  const row = project.review
    .prepare<[Record<string, string | number | null>], { id: number }>(
      `INSERT INTO run (definition_hash, origin, dataset_id, name, definition, model, certificate, created_at)
       VALUES (@hash, @hash, @datasetId, @name, @definition, @model, @certificate, @createdAt)
       ON CONFLICT (definition_hash) DO UPDATE SET
         definition = ${keptInDefinition('labelMapping', 'maskRule')},
         model = excluded.model,
         certificate = coalesce(excluded.certificate, certificate)
       RETURNING id`,
    )
    .get({
      hash: definitionHash(definition, model.hash),
      datasetId,
      name: definition.name,
      definition: JSON.stringify(definition),
      model: JSON.stringify(model),
      certificate: certificate === null ? null : JSON.stringify(certificate),
      createdAt: new Date().toISOString(),
    })
  if (row === undefined) throw new HeadlightError('internal', 'The run was not written.')
  // Begun again, it is wanted again.
  undeleteRun(project, row.id)
  project.cache.prepare(`INSERT OR IGNORE INTO run_state (run_id, state) VALUES (?, 'pending')`).run(row.id)
  rememberRun(project, row.id)
  return row.id
}

/** Keeps what was found as a run began, which is not part of its identity. */
export function keepInDefinition<Key extends 'maskRule' | 'datasetNotes'>(
  project: Project,
  runId: number,
  key: Key,
  value: RunDefinition[Key] | null,
): void {
  project.review
    .prepare(`UPDATE run SET definition = json_set(definition, '$.${key}', json(?)) WHERE id = ?`)
    .run(JSON.stringify(value), runId)
}

/** SQL of the new definition with those keys of the stored one that were added since the run began. */
function keptInDefinition(...keys: string[]): string {
  return keys.reduce(
    (sql, key) => `CASE WHEN json_extract(definition, '$.${key}') IS NULL THEN ${sql}
      ELSE json_set(${sql}, '$.${key}', json_extract(definition, '$.${key}')) END`,
    'excluded.definition',
  )
}

/** The runs of the project, without those that were deleted. */
export function listRuns(project: Project): RunInfo[] {
  const rows = project.review.prepare<[], StoredRun>(`SELECT * FROM run ORDER BY id`).all()
  const queue = readQueue(project)
  const deleted = new Set(readDeleted(project))
  return rows.filter(({ id }) => !deleted.has(id)).map((row) => toRunInfo(project, row, queue))
}

/** Throws 'not-found'. */
export function readRun(project: Project, runId: number): RunInfo {
  return toRunInfo(project, readRow(project, runId), readQueue(project))
}

/** Throws 'not-found'. The definition keeps the name that the run was begun with. */
export function renameRun(project: Project, runId: number, name: string): RunInfo {
  readRow(project, runId)
  project.review.prepare(`UPDATE run SET name = ? WHERE id = ?`).run(name, runId)
  rememberRun(project, runId)
  return readRun(project, runId)
}

/** The dataset of a run. Throws 'not-found'. */
export function datasetOfRun(project: Project, runId: number): number {
  return readRow(project, runId).dataset_id
}

/** On a full disk the state is kept in memory, so that a run that pauses for lack of space still says so. */
export function writeRunState(
  project: Project,
  runId: number,
  state: RunState,
  error: Pick<ErrorValue, 'code' | 'message'> | null,
): void {
  readRow(project, runId)
  project.unwrittenStates.delete(runId)
  try {
    project.cache
      .prepare(
        `INSERT INTO run_state (run_id, state, error, error_code) VALUES (?, ?, ?, ?)
         ON CONFLICT (run_id) DO UPDATE SET
           state = excluded.state, error = excluded.error, error_code = excluded.error_code`,
      )
      .run(runId, state, error?.message ?? null, error?.code ?? null)
  } catch (cause) {
    if (!isFullDisk(cause)) throw cause
    project.unwrittenStates.set(runId, { state, error: error?.message ?? null, error_code: error?.code ?? null })
  }
}

export function writeRunProvider(project: Project, runId: number, provider: ProviderId): void {
  readRow(project, runId)
  project.cache.prepare(`UPDATE run_state SET provider = ? WHERE run_id = ?`).run(provider, runId)
}

/** Decides how wide the maps of a run are, once, before its first result. */
export function writeMapPrecision(project: Project, runId: number): void {
  const { definition, model, total, done } = readRun(project, runId)
  if (done > 0) return
  const precision = mapPrecisionFor(total, definition.methods.length, model.grid[0] * model.grid[1])
  project.cache.prepare(`UPDATE run_state SET map_precision = ? WHERE run_id = ?`).run(precision, runId)
}

/**
 * A run that says it is running while nobody holds the project was cut off: it can be resumed. Where other runs wait,
 * it goes before them, so that going on with the queue goes on with it.
 */
export function pauseInterruptedRuns(project: Project): void {
  const interrupted = project.cache
    .prepare<[], number>(`SELECT run_id FROM run_state WHERE state = 'running' ORDER BY run_id`)
    .pluck()
    .all()
  if (interrupted.length === 0) return
  const queue = readQueue(project)
  if (queue.length > 0) writeQueue(project, [...interrupted, ...queue])
  project.cache.prepare(`UPDATE run_state SET state = 'paused' WHERE state = 'running'`).run()
}

function readRow(project: Project, runId: number): StoredRun {
  const row = project.review.prepare<[number], StoredRun>(`SELECT * FROM run WHERE id = ?`).get(runId)
  if (row === undefined) throw new HeadlightError('not-found', `The project has no run ${runId}.`)
  return row
}

function toRunInfo(project: Project, row: StoredRun, queue: readonly number[]): RunInfo {
  checkRow('run', { ...row }, `what is stored of run ${row.id}`)
  const state = project.cache
    .prepare<[number], StateRow>(
      `SELECT state, provider, error, error_code, total, done, failed, correct, labelled,
         map_precision AS mapPrecision FROM run_state WHERE run_id = ?`,
    )
    .get(row.id)
  const { error_code: errorCode, ...stored } = { ...(state ?? NO_STATE), ...project.unwrittenStates.get(row.id) }
  return {
    ...stored,
    errorCode,
    state: queue.includes(row.id) && stored.state !== 'running' ? 'queued' : stored.state,
    id: row.id,
    name: row.name,
    definition: storedDefinition(row),
    model: storedModel(row),
    certificate: storedCertificate(row),
    createdAt: row.created_at,
  }
}
