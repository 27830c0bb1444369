import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { againstOf } from '@shared/target-classes'
import { LIMITS, type LocalisationScore, type MapBatch, type RunInfo, type SampleDetail } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { readingOf } from '@shared/masks'
import type { ProjectFiles } from '../project/project-files'
import { readTaylor } from '../quantities/head-taylor'
import { maskRuleOf } from '../run/mask-rule'
import { countUnmeasured, whyUnmeasured } from '../run/unmeasured'
import { checkBlobs } from '../stored/result-checksums'
import { checkLocalisation, checkSound, soundRow } from '../stored/sound-rows'
import { storedMetadata } from '../stored/stored-metadata'
import { float32, int32 } from '../typed-blobs'
import { readMapBlob } from './map-blobs'
import type { SampleCondition } from './sample-condition'
import { className, readRows } from './sample-rows'

interface StoredResult {
  target: number
  top_class: Buffer
  top_logit: Buffer
  top_probability: Buffer
  head_l1: Buffer | null
  head_l2: Buffer | null
  top_checksum: number | null
  head_checksum: number | null
}

/** Raw maps of one method, `[ids, rows * columns]`, of those ids that have one. Throws 'usage' for more than one answer holds. */
export function readMaps(project: ProjectFiles, run: RunInfo, ids: Uint32Array, method: MethodId): MapBatch {
  const [rows, columns] = run.model.grid
  const size = rows * columns
  if (ids.length * size > LIMITS.mapValues) {
    const most = Math.max(1, Math.floor(LIMITS.mapValues / size))
    throw new HeadlightError('usage', `Maps of ${rows} x ${columns} patches are given for ${most} samples at a time.`)
  }
  const read = project.cache.prepare<[number, string, number], { relevance: Buffer; checksum: number | null }>(
    `SELECT relevance, checksum FROM map WHERE run_id = ? AND method = ? AND sample_id = ?`,
  )
  const values = new Float32Array(ids.length * size)
  const present: number[] = []
  for (const id of ids) {
    const row = read.get(run.id, method, id)
    if (row === undefined) continue
    checkBlobs([row.relevance], row.checksum, `the map ${method} of sample ${id}`)
    readMapBlob(row.relevance, values.subarray(present.length * size, (present.length + 1) * size))
    present.push(id)
  }
  return { grid: run.model.grid, ids: Uint32Array.from(present), values: values.slice(0, present.length * size) }
}

/** Everything about one sample. A sample without a result has no top classes, scores or maps, and target -1. */
export function readDetail(project: ProjectFiles, run: RunInfo, id: number): SampleDetail {
  const labels = run.definition.labels
  const [row] = readRows(project, run.id, labels, Uint32Array.of(id))
  if (row === undefined) throw new HeadlightError('not-found', `Run ${run.id} has no sample ${id}.`)
  const result = project.cache
    .prepare<[number, number], StoredResult>(
      `SELECT r.target, h.top_class, h.top_logit, h.top_probability, h.head_l1, h.head_l2, h.top_checksum,
         h.head_checksum
       FROM result h JOIN run_sample r USING (run_id, sample_id) WHERE run_id = ? AND sample_id = ?`,
    )
    .get(run.id, id)
  if (result !== undefined) {
    const { top_class, top_logit, top_probability, head_l1, head_l2 } = result
    checkBlobs([top_class, top_logit, top_probability], result.top_checksum, `the prediction of sample ${id}`)
    checkBlobs([head_l1, head_l2], result.head_checksum, `the head scores of sample ${id}`)
  }
  const top = result === undefined ? [] : topClasses(result, labels)
  const maps = METHOD_IDS.flatMap((method) => {
    const { ids, values } = readMaps(project, run, Uint32Array.of(id), method)
    return ids.length === 1 ? [{ method, values }] : []
  })
  return {
    row,
    metadata: readMetadata(project, id),
    target: result?.target ?? -1,
    against: againstOf(
      run.definition.target,
      row.label,
      top.map(({ classIndex }) => classIndex),
    ),
    top,
    headL1: result?.head_l1 ? float32(result.head_l1) : null,
    headL2: result?.head_l2 ? float32(result.head_l2) : null,
    headTaylor: taylorOf(project, run, id),
    layers: run.model.layers,
    heads: run.model.heads,
    grid: run.model.grid,
    maps,
    ...sampleLocalisation(project, run.id, id),
  }
}

function taylorOf({ cache }: ProjectFiles, run: RunInfo, id: number): Float32Array | null {
  const { ids, values } = readTaylor(cache, run.id, Uint32Array.of(id))
  return ids.length === 1 ? values : null
}

/** What was measured of one sample against its mask, each with the rule of its own row, or why nothing was. */
function sampleLocalisation(
  project: ProjectFiles,
  runId: number,
  id: number,
): Pick<SampleDetail, 'localisation' | 'unmeasured'> {
  // Method by method: so the primary key finds the row, without a look at all of the run.
  type Measured = NonNullable<SampleDetail['localisation']>[number]
  const read = project.cache.prepare<[number, string, number], Measured & { sound: number }>(
    `SELECT l.method, rule, l.pointing, l.energy, l.iou, ${soundRow('localisation', 'l')} AS sound
     FROM localisation l JOIN localisation_rule ON localisation_rule.id = l.rule_id
     WHERE l.run_id = ? AND l.method = ? AND l.sample_id = ?`,
  )
  const localisation = METHOD_IDS.flatMap((method): Measured[] => {
    const row = read.get(runId, method, id)
    if (row === undefined) return []
    const { sound, ...measured } = row
    checkSound(sound, `the localisation of sample ${id}`)
    return [measured]
  })
  if (localisation.length > 0) return { localisation }
  const unmeasured = whyUnmeasured(project, runId, id)
  return unmeasured === null ? {} : { unmeasured }
}

/** Mean localisation by method over the samples of a condition that have a mask and a map, and why others have no value. */
export function readLocalisation(project: ProjectFiles, run: RunInfo, condition: SampleCondition): LocalisationScore[] {
  checkLocalisation(project.cache, run.id)
  const rows = project.cache
    .prepare<(string | number)[], Omit<LocalisationScore, 'rule' | 'without'>>(
      `SELECT l.method, count(*) AS count, avg(l.pointing) AS pointing, avg(l.energy) AS energy, avg(l.iou) AS iou
       FROM run_sample r JOIN localisation l ON l.run_id = r.run_id AND l.sample_id = r.sample_id
       WHERE ${condition.sql} GROUP BY l.method`,
    )
    .all(...condition.parameters)
  const order = (method: MethodId) => METHOD_IDS.indexOf(method)
  const { rule, masked, noLabel } = readMasked(project, run, condition)
  const kinds = countUnmeasured(project, condition)
  const explained = noLabel + Object.values(kinds).reduce((sum, count) => sum + count, 0)
  return rows
    .sort((a, b) => order(a.method) - order(b.method))
    .map((row) => ({
      ...row,
      rule,
      without: { noLabel, ...kinds, notKept: Math.max(0, masked - explained - row.count) },
    }))
}

/** How masks were read, how many samples with a result have one, and how many of those no label that gives it a meaning. */
function readMasked(project: ProjectFiles, run: RunInfo, condition: SampleCondition) {
  const rule = maskRuleOf(run.definition)
  const rows = project.cache
    .prepare<(string | number)[], { label: string | null; boxes: number; count: number }>(
      `SELECT name AS label, count(*) AS count, sum(r.mask LIKE '{"kind":"box"%') AS boxes
       FROM run_sample r LEFT JOIN label_name ON label_name.id = r.dataset_label
       WHERE r.mask IS NOT NULL AND r.state = 1 AND ${condition.sql} GROUP BY r.dataset_label`,
    )
    .all(...condition.parameters)
  const texts = project.cache
    .prepare<(string | number)[], string>(
      `SELECT rule FROM localisation_rule WHERE id IN (
         SELECT l.rule_id FROM run_sample r JOIN localisation l ON l.run_id = r.run_id AND l.sample_id = r.sample_id
         WHERE ${condition.sql}) ORDER BY id`,
    )
    .pluck()
    .all(...condition.parameters)
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0)
  const noLabel = sum((row) => (readingOf(rule, row.label) === null ? row.count - row.boxes : 0))
  return { rule: texts.join('; '), masked: sum((row) => row.count), noLabel }
}

function readMetadata(project: ProjectFiles, id: number): SampleDetail['metadata'] {
  const text = project.cache
    .prepare<[number], string | null>(`SELECT metadata FROM sample WHERE id = ?`)
    .pluck()
    .get(id)
  return storedMetadata(text ?? null)
}

function topClasses(result: StoredResult, labels: readonly string[]): SampleDetail['top'] {
  const logits = float32(result.top_logit)
  const probabilities = float32(result.top_probability)
  return [...int32(result.top_class)].map((classIndex, i) => ({
    classIndex,
    name: className(labels, classIndex),
    probability: probabilities[i]!,
    logit: logits[i]!,
  }))
}
