import type { SampleRow } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'
import { readDetections } from './detections'
import { checkSample, SOUND_SAMPLE } from '../stored/sound-rows'

interface StoredRow {
  id: number
  path: string
  datasetLabel: string | null
  split: string | null
  width: number | null
  height: number | null
  label: number | null
  prediction: number | null
  confidence: number | null
  correct: number | null
  error: string | null
  sound: number
}

/** Rows of the gallery in the order of `ids`; ids that the run does not have are left out. Throws 'project-damaged'. */
export function readRows(
  project: ProjectFiles,
  runId: number,
  labels: readonly string[],
  ids: Uint32Array,
): SampleRow[] {
  // The plus signs keep SQLite from planning the join again for every id, as it does where a bound value might matter to the
  // plan: that takes several times as long as the reading.
  const read = project.cache.prepare<[number, number], StoredRow>(
    `SELECT s.id, s.path, s.width, s.height, r.label, l.name AS datasetLabel, p.name AS split, r.prediction,
       r.confidence, r.correct, r.error, ${SOUND_SAMPLE} AS sound
     FROM run_sample r JOIN sample s ON s.id = r.sample_id
     LEFT JOIN label_name l ON l.id = r.dataset_label LEFT JOIN split_name p ON p.id = r.split
     WHERE r.run_id = +? AND r.sample_id = +?`,
  )
  const detections = readDetections(project.cache, runId, ids)
  const rows: SampleRow[] = []
  for (const id of ids) {
    const row = read.get(runId, id)
    if (row === undefined) continue
    checkSample(row.sound, runId, id)
    const detection = detections?.get(id)
    rows.push({ ...toSampleRow(row, labels), ...(detection && { detection }) })
  }
  return rows
}

function toSampleRow(row: StoredRow, labels: readonly string[]): SampleRow {
  return {
    id: row.id,
    path: row.path,
    width: row.width ?? 0,
    height: row.height ?? 0,
    label: row.label,
    // A label that the model does not know still names what the sample shows.
    labelName: row.label === null ? row.datasetLabel : className(labels, row.label),
    datasetLabel: row.datasetLabel,
    split: row.split,
    prediction: row.prediction,
    confidence: row.confidence,
    correct: row.correct === null ? null : row.correct === 1,
    error: row.error,
  }
}

/** The name of a class, or its number where the model has no names. */
export function className(labels: readonly string[], classIndex: number): string {
  return labels[classIndex] ?? String(classIndex)
}
