import { HeadlightError } from '@shared/errors'
import type { RunInfo } from '@shared/api'
import { type MaskRule, readingOf } from '@shared/masks'
import type { PendingSample } from '../run/api'
import type { SampleFiles } from './api'
import { isBox, type SampleLocation } from '../../datasets/location'
import { readMaskLocation, StoredLocations } from '../../datasets/stored-locations'
import { checkSample, SOUND_SAMPLE } from '../stored/sound-rows'
import { maskRuleOf } from '../run/mask-rule'
import { datasetOfRun, readRun } from '../run/run-records'
import type { Project } from '../project/project'

interface StoredFile {
  id: number
  path: string
  location: string | null
  mask: string | null
  label: number | null
  /** The dataset's own label. */
  datasetLabel: string | null
  sound: number
}

/** Samples without a result, by id, after `after`. */
export function readPending(project: Project, runId: number, after: number, limit: number): PendingSample[] {
  const locations = locationsOfRun(project, runId)
  const rule = maskRuleOf(readRun(project, runId).definition)
  return project.cache
    .prepare<[number, number, number], StoredFile>(
      `SELECT s.id, s.path, s.location, l.name AS datasetLabel, r.mask, r.label, ${SOUND_SAMPLE} AS sound
       FROM run_sample r JOIN sample s ON s.id = r.sample_id LEFT JOIN label_name l ON l.id = r.dataset_label
       WHERE r.run_id = ? AND r.sample_id > ? AND r.state = 0 ORDER BY r.sample_id LIMIT ?`,
    )
    .all(runId, after, limit)
    .map(({ id, path, location, mask, label, datasetLabel, sound }) => {
      checkSample(sound, runId, id)
      return { id, file: locations.read(path, location), ...readMask(mask, rule, datasetLabel), label }
    })
}

/** Where the images of failed samples lie. */
export function locateFailed(project: Project, runId: number): { id: number; file: SampleLocation }[] {
  const locations = locationsOfRun(project, runId)
  return project.cache
    .prepare<[number], Pick<StoredFile, 'id' | 'path' | 'location'>>(
      `SELECT s.id, s.path, s.location FROM run_sample r JOIN sample s ON s.id = r.sample_id
       WHERE r.run_id = ? AND r.state = 2`,
    )
    .all(runId)
    .map(({ id, path, location }) => ({ id, file: locations.read(path, location) }))
}

/** Samples that are read at a time, so that no reading goes on while others write. */
const PART = 1000

/** Where the images of all samples of a run lie, in order of ids. */
export function* locateAll(project: Project, runId: number): Generator<{ id: number; file: SampleLocation }> {
  const locations = locationsOfRun(project, runId)
  const read = project.cache.prepare<[number, number, number], Pick<StoredFile, 'id' | 'path' | 'location'>>(
    `SELECT s.id, s.path, s.location FROM run_sample r JOIN sample s ON s.id = r.sample_id
     WHERE r.run_id = ? AND r.sample_id > ? ORDER BY r.sample_id LIMIT ?`,
  )
  for (let after = -1; ;) {
    const part = read.all(runId, after, PART)
    for (const { id, path, location } of part) yield { id, file: locations.read(path, location) }
    const last = part.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

/** Where a sample's image and mask lie, the image only ever inside the dataset. Throws 'not-found'. */
export function locateSample(project: Project, run: RunInfo, id: number): SampleFiles {
  const row = project.cache
    .prepare<[number, number], StoredFile>(
      `SELECT s.id, s.path, s.location, l.name AS datasetLabel, r.mask, r.label, ${SOUND_SAMPLE} AS sound
       FROM run_sample r JOIN sample s ON s.id = r.sample_id LEFT JOIN label_name l ON l.id = r.dataset_label
       WHERE r.run_id = ? AND r.sample_id = ?`,
    )
    .get(run.id, id)
  if (row === undefined) throw new HeadlightError('not-found', `Run ${run.id} has no sample ${id}.`)
  checkSample(row.sound, run.id, id)
  const file = locationsOfRun(project, run.id).read(row.path, row.location)
  return { file, ...readMask(row.mask, maskRuleOf(run.definition), row.datasetLabel) }
}

/** A mask with its reading. A mask that the rule gives no reading is left out: nothing of it is inside. */
function readMask(stored: string | null, rule: MaskRule, label: string | null): Omit<SampleFiles, 'file'> {
  const mask = readMaskLocation(stored)
  if (mask === null || isBox(mask)) return { mask, reading: null }
  const reading = readingOf(rule, label)
  return { mask: reading === null ? null : mask, reading }
}

function locationsOfRun(project: Project, runId: number): StoredLocations {
  const root = project.review
    .prepare<[number], string>(`SELECT root FROM dataset WHERE id = ?`)
    .pluck()
    .get(datasetOfRun(project, runId))
  if (root === undefined) throw new HeadlightError('project-damaged', `The dataset of run ${runId} is not recorded.`)
  return new StoredLocations(root)
}
