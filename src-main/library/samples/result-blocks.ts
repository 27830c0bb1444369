/** Results of many samples as columns, a block of ids at a time: what tables are made from. */
import type { RunInfo } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'
import { hasTaylor, readTaylor } from '../quantities/head-taylor'
import { mapQuantities } from '../quantities/map-quantities'
import { checkBlobs } from '../stored/result-checksums'
import { checkSample, SOUND_SAMPLE } from '../stored/sound-rows'
import { storedMetadata } from '../stored/stored-metadata'
import { float32, int32 } from '../typed-blobs'

/** Head scores before normalisation of those samples that have them, in the order of the ids that were asked for. */
export interface ScoreBlock {
  ids: Uint32Array
  /** `[ids, layers, heads]`; null where no sample has them. */
  l1: Float32Array | null
  l2: Float32Array | null
  /** sum A o G. */
  taylor: Float32Array | null
}

/** What the model made of samples, one entry an id of the run; a sample without a result has -1 and NaN. */
export interface OutcomeBlock {
  ids: Uint32Array
  target: Int32Array
  /** `[ids, topK]` each, the most probable class first. */
  topClass: Int32Array
  topLogit: Float32Array
  topProbability: Float32Array
  metadata: (Record<string, string | number | boolean> | null)[]
  /** The kind of the error, null where there was none. */
  errorCode: (string | null)[]
}

/** What has to be known of a run before its rows are read. */
export interface RunColumnFacts {
  /** Classes that are kept of each sample. */
  topK: number
  metadata: { name: string; type: 'number' | 'bool' | 'text' }[]
  /** Norms of which there are scores. */
  norms: ('l1' | 'l2')[]
  /** Whether there is sum A o G of heads. */
  taylor: boolean
  /** Quantities of maps that the run has values of, as filters write them: `iou(gmar_l1)`. */
  quantities: string[]
}

export function readScoreBlock(project: ProjectFiles, run: RunInfo, ids: Uint32Array): ScoreBlock {
  const size = run.model.layers * run.model.heads
  const read = project.cache.prepare<[number, number], StoredScores>(
    `SELECT head_l1 AS l1, head_l2 AS l2, head_checksum AS checksum FROM result WHERE run_id = ? AND sample_id = ?`,
  )
  const present: number[] = []
  const scores = { l1: new Float32Array(ids.length * size), l2: new Float32Array(ids.length * size) }
  const has = { l1: false, l2: false }
  for (const id of ids) {
    const row = read.get(run.id, id)
    if (row === undefined || (row.l1 === null && row.l2 === null)) continue
    checkBlobs([row.l1, row.l2], row.checksum, `the head scores of sample ${id}`)
    for (const norm of ['l1', 'l2'] as const) {
      const blob = row[norm]
      const into = scores[norm].subarray(present.length * size, (present.length + 1) * size)
      if (blob === null) into.fill(NaN)
      else into.set(float32(blob))
      has[norm] ||= blob !== null
    }
    present.push(id)
  }
  const filled = (norm: 'l1' | 'l2') => (has[norm] ? scores[norm].slice(0, present.length * size) : null)
  const found = Uint32Array.from(present)
  return { ids: found, l1: filled('l1'), l2: filled('l2'), taylor: taylorOf(project, run, found) }
}

/** sum A o G of samples, `[ids, layers, heads]`, NaN where a sample has none; null where none has. */
function taylorOf({ cache }: ProjectFiles, run: RunInfo, ids: Uint32Array): Float32Array | null {
  const known = readTaylor(cache, run.id, ids)
  if (known.ids.length === ids.length || known.ids.length === 0) return known.ids.length === 0 ? null : known.values
  const size = run.model.layers * run.model.heads
  const places = new Map([...known.ids].map((id, at) => [id, at]))
  const values = new Float32Array(ids.length * size).fill(NaN)
  ids.forEach((id, i) => {
    const at = places.get(id)
    if (at !== undefined) values.set(known.values.subarray(at * size, (at + 1) * size), i * size)
  })
  return values
}

export function readOutcomeBlock(project: ProjectFiles, run: RunInfo, ids: Uint32Array, topK: number): OutcomeBlock {
  // Plus signs: see readRows.
  const read = project.cache.prepare<[number, number], StoredOutcome>(
    `SELECT r.target, r.error_code, s.metadata, h.top_class, h.top_logit, h.top_probability, h.top_checksum,
       ${SOUND_SAMPLE} AS sound
     FROM run_sample r JOIN sample s ON s.id = r.sample_id
     LEFT JOIN result h ON h.run_id = r.run_id AND h.sample_id = r.sample_id
     WHERE r.run_id = +? AND r.sample_id = +?`,
  )
  const rows = [...ids].flatMap((id) => {
    const row = read.get(run.id, id)
    if (row === undefined) return []
    checkSample(row.sound, run.id, id)
    return [{ id, row }]
  })
  const block: OutcomeBlock = {
    ids: Uint32Array.from(rows, ({ id }) => id),
    target: Int32Array.from(rows, ({ row }) => (row.top_class === null ? -1 : (row.target ?? -1))),
    topClass: new Int32Array(rows.length * topK).fill(-1),
    topLogit: new Float32Array(rows.length * topK).fill(NaN),
    topProbability: new Float32Array(rows.length * topK).fill(NaN),
    metadata: rows.map(({ row }) => storedMetadata(row.metadata)),
    errorCode: rows.map(({ row }) => row.error_code),
  }
  rows.forEach(({ id, row }, i) => {
    if (row.top_class === null || row.top_logit === null || row.top_probability === null) return
    const top = [row.top_class, row.top_logit, row.top_probability]
    checkBlobs(top, row.top_checksum, `the prediction of sample ${id}`)
    block.topClass.set(int32(row.top_class).subarray(0, topK), i * topK)
    block.topLogit.set(float32(row.top_logit).subarray(0, topK), i * topK)
    block.topProbability.set(float32(row.top_probability).subarray(0, topK), i * topK)
  })
  return block
}

export function readColumnFacts({ cache }: ProjectFiles, run: RunInfo): RunColumnFacts {
  const first = cache
    .prepare<[number], { top: number; l1: number; l2: number }>(
      `SELECT length(top_class) / 4 AS top, head_l1 IS NOT NULL AS l1, head_l2 IS NOT NULL AS l2
       FROM result WHERE run_id = ? LIMIT 1`,
    )
    .get(run.id)
  const types = cache
    .prepare<[number], { name: string; type: string }>(
      `SELECT DISTINCT m.key AS name, m.type FROM run_sample r JOIN sample s ON s.id = r.sample_id,
         json_each(s.metadata) m
       WHERE r.run_id = ? AND s.metadata IS NOT NULL AND m.type <> 'null' ORDER BY m.key`,
    )
    .all(run.id)
  return {
    topK: first?.top ?? 0,
    metadata: [...new Set(types.map(({ name }) => name))].map((name) => ({
      name,
      type: columnType(types.filter((one) => one.name === name).map(({ type }) => type)),
    })),
    norms: (['l1', 'l2'] as const).filter((norm) => first?.[norm] === 1),
    taylor: hasTaylor(cache, run.id),
    quantities: mapQuantities(cache, run),
  }
}

interface StoredOutcome {
  target: number | null
  error_code: string | null
  metadata: string | null
  top_class: Buffer | null
  top_logit: Buffer | null
  top_probability: Buffer | null
  top_checksum: number | null
  sound: number
}

interface StoredScores {
  l1: Buffer | null
  l2: Buffer | null
  checksum: number | null
}

/** Of the types that JSON has in a column: one that holds all of its values. */
function columnType(types: readonly string[]): 'number' | 'bool' | 'text' {
  if (types.every((type) => type === 'integer' || type === 'real')) return 'number'
  return types.every((type) => type === 'true' || type === 'false') ? 'bool' : 'text'
}
