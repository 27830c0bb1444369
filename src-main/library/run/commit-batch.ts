import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { BatchResult } from '@shared/batch-result'
import type { Project } from '../project/project'
import { sealCompleteBlocks } from '../columns/seal-blocks'
import { writeTaylor } from '../quantities/head-taylor'
import { writeDetections } from '../samples/detections'
import { toMapBlob } from '../samples/map-blobs'
import { LocalisationRules } from './localisation-rules'
import { rowChecksum } from '../stored/row-checksum'
import { checkSample, parameters, setRow, soundRow, wholeRow } from '../stored/sound-rows'
import { AttentionSums } from '../statistics/attention-sums'
import { toBlob } from '../typed-blobs'

export interface RunCounts {
  done: number
  failed: number
  correct: number
  labelled: number
}

interface Enrolled {
  state: number
  label: number | null
  mask: string | null
  sound: number
}

/**
 * Writes a batch: results, errors, sums of attention, the columns of the blocks that it completes, and the counts of the
 * run, in one transaction. A sample that already has a result is passed over, so that a batch may be sent twice. Returns the run's counts after it.
 */
export function commitBatch(project: Project, run: RunInfo, batch: BatchResult): RunCounts {
  const { cache } = project
  checkShapes(run, batch)
  return cache.transaction(() => {
    const enrolled = cache.prepare<[number, number], Enrolled>(
      `SELECT state, label, mask, ${soundRow('run_sample')} AS sound FROM run_sample WHERE run_id = ? AND sample_id = ?`,
    )
    const counts: RunCounts = { done: 0, failed: 0, correct: 0, labelled: 0 }
    const writeResult = resultWriter(cache, run, batch)
    const unmeasured = cache.prepare(`INSERT OR REPLACE INTO ${wholeRow('unmeasured')}`)
    const whyNot = new Map(batch.unmeasured.map((each) => [each.id, each]))
    const attention = new AttentionSums(cache, run)
    const written: number[] = []
    batch.ids.forEach((id, i) => {
      const sample = enrolled.get(run.id, id)
      if (sample === undefined || sample.state === 1) return
      checkSample(sample.sound, run.id, id)
      const prediction = batch.prediction[i]!
      const correct = sample.label === null ? null : Number(sample.label === prediction)
      writeResult(i, id, correct, sample.mask)
      written.push(i)
      const why = whyNot.get(id)
      if (why !== undefined) unmeasured.run({ run_id: run.id, sample_id: id, kind: why.kind, message: why.message })
      attention.add(sample.label, correct, attentionOf(batch, i))
      counts.done++
      if (sample.state === 2) counts.failed--
      if (correct !== null) counts.labelled++
      if (correct === 1) counts.correct++
    })
    counts.failed += writeErrors(cache, run.id, batch)
    attention.write()
    writeDetections(cache, run.id, batch, written)
    if (batch.headTaylor !== null) {
      const { headTaylor } = batch
      const size = batch.layers * batch.heads
      const values = Float32Array.from({ length: written.length * size }, (_, at) => {
        return headTaylor[written[Math.floor(at / size)]! * size + (at % size)]!
      })
      writeTaylor(
        cache,
        run.id,
        run.model,
        Uint32Array.from(written, (i) => batch.ids[i]!),
        values,
      )
    }
    sealCompleteBlocks(cache, run, [...batch.ids, ...batch.errors.map(({ id }) => id)])
    return addCounts(cache, run.id, counts)
  })()
}

/** One sample's attention from the read-out rows, `[layers, heads, patches]`. */
function attentionOf({ attention, layers, heads, grid }: BatchResult, i: number): Float32Array | null {
  const size = layers * heads * grid[0] * grid[1]
  return attention === null ? null : attention.subarray(i * size, (i + 1) * size)
}

function resultWriter(cache: Database, run: RunInfo, batch: BatchResult) {
  const runId = run.id
  // Plus signs: see readRows.
  const sample = cache.prepare(
    `UPDATE sample SET ${setRow('sample', parameters('width', 'height', 'bytes', 'hash'))} WHERE id = +@id`,
  )
  const done = {
    ...parameters('prediction', 'target', 'confidence', 'correct'),
    ...{ state: '1', error_code: 'NULL', error: 'NULL', failed_at: 'NULL' },
  }
  const outcome = cache.prepare(
    `UPDATE run_sample SET ${setRow('run_sample', done)} WHERE run_id = +@runId AND sample_id = +@id`,
  )
  const result = cache.prepare(
    `INSERT OR REPLACE INTO result (run_id, sample_id, top_class, top_logit, top_probability, head_l1, head_l2,
       top_checksum, head_checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const map = cache.prepare(
    `INSERT OR REPLACE INTO map (run_id, method, sample_id, relevance, checksum) VALUES (?, ?, ?, ?, ?)`,
  )
  const localisation = cache.prepare(`INSERT OR REPLACE INTO ${wholeRow('localisation')}`)
  const patches = batch.grid[0] * batch.grid[1]
  const rules = new LocalisationRules(cache, run)
  return (i: number, id: number, correct: number | null, mask: string | null) => {
    const scores = (values: Float32Array | null) =>
      values === null ? null : part(values, i, batch.layers * batch.heads)
    sample.run({ width: batch.width[i], height: batch.height[i], bytes: batch.bytes[i], hash: batch.hash[i], id })
    const [prediction, target, confidence] = [
      batch.prediction[i],
      batch.target[i],
      batch.topProbability[i * batch.topK],
    ]
    outcome.run({ prediction, target, confidence, correct, runId, id })
    const top = [batch.topClass, batch.topLogit, batch.topProbability].map((values) => part(values, i, batch.topK))
    const heads = [scores(batch.headL1), scores(batch.headL2)]
    result.run(runId, id, ...top, ...heads, rowChecksum(top), rowChecksum(heads))
    for (const { method, values } of batch.maps) {
      const relevance = toMapBlob(values.subarray(i * patches, (i + 1) * patches), run.mapPrecision)
      map.run(runId, method, id, relevance, rowChecksum([relevance]))
    }
    for (const { method, ...of } of batch.localisation) {
      const values = { pointing: of.pointing[i]!, energy: of.energy[i]!, iou: of.iou[i]! }
      if (Object.values(values).some(Number.isNaN)) continue
      localisation.run({ run_id: runId, method, sample_id: id, rule_id: rules.of(mask), ...values })
    }
  }
}

/** Marks failed samples; returns how many were not marked before. A result is never replaced by an error. */
function writeErrors(cache: Database, runId: number, batch: BatchResult): number {
  const state = cache
    .prepare<[number, number], number>(`SELECT state FROM run_sample WHERE run_id = ? AND sample_id = ?`)
    .pluck()
  const fail = cache.prepare(
    `UPDATE run_sample SET state = 2, error_code = ?, error = ?, failed_at = ? WHERE run_id = ? AND sample_id = ?`,
  )
  let failed = 0
  for (const { id, code, message } of batch.errors) {
    const before = state.get(runId, id)
    if (before === undefined || before === 1) continue
    fail.run(code, message, Date.now(), runId, id)
    if (before === 0) failed++
  }
  return failed
}

function addCounts(cache: Database, runId: number, added: RunCounts): RunCounts {
  const counts = cache
    .prepare<[RunCounts & { runId: number }], RunCounts>(
      `UPDATE run_state SET done = done + @done, failed = failed + @failed, correct = correct + @correct,
         labelled = labelled + @labelled
       WHERE run_id = @runId RETURNING done, failed, correct, labelled`,
    )
    .get({ ...added, runId })
  if (counts === undefined) throw new HeadlightError('not-found', `Run ${runId} has not begun.`)
  return counts
}

function part(values: Float32Array | Int32Array, i: number, size: number): Buffer {
  return toBlob(values.subarray(i * size, (i + 1) * size))
}

function checkShapes(run: RunInfo, batch: BatchResult): void {
  const { layers, heads, grid } = run.model
  const patches = grid[0] * grid[1]
  const n = batch.ids.length
  const scores = [batch.headL1, batch.headL2, batch.headTaylor].flatMap((values) =>
    values === null ? [] : [values.length],
  )
  const fits =
    batch.layers === layers &&
    batch.heads === heads &&
    scores.every((length) => length === n * layers * heads) &&
    (batch.attention?.length ?? n * layers * heads * patches) === n * layers * heads * patches &&
    batch.maps.every(({ values }) => values.length === n * patches) &&
    (batch.query?.length ?? n) === n &&
    (batch.box?.length ?? n * 4) === n * 4
  if (!fits) {
    throw new HeadlightError('internal', `A batch of run ${run.id} does not have the shapes of its model.`)
  }
}
