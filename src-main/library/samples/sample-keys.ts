import { setImmediate } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import type { DatasetSample } from '../../datasets/source'
import { StoredLocations } from '../../datasets/stored-locations'
import { HeadlightError } from '@shared/errors'
import { copyDataset } from '../lineage/run-copies'
import type { Project } from '../project/project'
import { wholeRow } from '../stored/sound-rows'
import { codesOf } from './name-codes'

/** Samples that are written at a time. */
const PART = 5000

export interface RegisteredSample extends DatasetSample {
  id: number
}

/**
 * The id of the dataset at this root: that of the review file, else the one by which the cache knows it, else a new one.
 */
export function ensureDataset(project: Project, root: string): number {
  const { review, cache } = project
  const cached = cache
    .prepare<[string], number>(`SELECT dataset_id FROM dataset_identity WHERE root = ? ORDER BY dataset_id LIMIT 1`)
    .pluck()
    .get(root)
  const write = review.prepare<[number | null, string], number>(
    `INSERT INTO dataset (id, root) VALUES (?, ?) ON CONFLICT (root) DO UPDATE SET root = root RETURNING id`,
  )
  const free = cached !== undefined && review.prepare(`SELECT 1 FROM dataset WHERE id = ?`).get(cached) === undefined
  const id = write.pluck().get(free ? cached : null, root)
  if (id === undefined) throw new HeadlightError('internal', `The dataset ${root} was not written.`)
  copyDataset(project, id, root)
  return id
}

/**
 * Gives every sample its durable id: the one it had before, by either file, or a new one. `labelsFrom` is where the
 * labels come from; those of other sources stay beside them. A part at a time, so that other calls are
 * answered in between. The keys are written to review.sqlite first and the same ids to cache.sqlite after, so that a kill
 * in between only leaves keys that the next listing finds again.
 */
export async function registerSamples(
  project: Project,
  datasetId: number,
  root: string,
  samples: readonly DatasetSample[],
  labelsFrom: string | null,
): Promise<RegisteredSample[]> {
  const { review, cache } = project
  const known = new Map(
    review
      .prepare<[number], { path: string; id: number }>(`SELECT path, id FROM sample_key WHERE dataset_id = ?`)
      .all(datasetId)
      .map(({ path, id }) => [path, id]),
  )
  const key = review
    .prepare<[number | null, number, string], number>(
      `INSERT INTO sample_key (id, dataset_id, path) VALUES (?, ?, ?)
       ON CONFLICT (dataset_id, path) DO UPDATE SET path = path RETURNING id`,
    )
    .pluck()
  const cached = idsInCache(project, datasetId)
  const describe = cache.prepare(
    `INSERT INTO sample (id, dataset_id, path, location, metadata) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET location = excluded.location, metadata = excluded.metadata`,
  )
  const locations = new StoredLocations(root)
  const idOf = (path: string) => {
    const id = known.get(path) ?? key.get(cached.get(path) ?? null, datasetId, path)
    if (id === undefined) throw new HeadlightError('internal', `The sample ${path} was not written.`)
    return id
  }
  const giveIds = review.transaction((part: readonly DatasetSample[]) =>
    part.map((sample) => ({ ...sample, id: idOf(sample.path) })),
  )
  const write = cache.transaction((part: readonly RegisteredSample[]) => {
    const writeLabel = labelWriter(cache, labelsFrom)
    for (const { id, path, label, location, metadata } of part) {
      const kept = metadata === null ? null : JSON.stringify(metadata)
      describe.run(id, datasetId, path, locations.write(path, location), kept)
      writeLabel(id, label)
    }
  })

  const registered: RegisteredSample[] = []
  for (let start = 0; start < samples.length; start += PART) {
    const part = giveIds(samples.slice(start, start + PART))
    write(part)
    for (const sample of part) registered.push(sample)
    await setImmediate()
  }
  return registered
}

/**
 * Ids by which the cache knows samples that the review file does not: where that was restored or lost, they are the same
 * samples still. Empty where both know the same.
 */
function idsInCache({ review, cache }: Project, datasetId: number): ReadonlyMap<string, number> {
  const highest = (database: Database, table: string) =>
    database.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck().get() ?? 0
  if (highest(cache, 'sample') <= highest(review, 'sample_key')) return new Map()
  const known = review.prepare(`SELECT 1 FROM sample_key WHERE id = ?`)
  const rows = cache
    .prepare<[number], { id: number; path: string }>(`SELECT id, path FROM sample WHERE dataset_id = ?`)
    .all(datasetId)
  return new Map(rows.filter(({ id }) => known.get(id) === undefined).map(({ id, path }) => [path, id]))
}

/** What a listing says of labels that come from no place in particular. */
const THE_DATASET = 'the dataset'

/** Writes the label of a sample from one source, in place of that source's former one; null takes it away. */
function labelWriter(cache: Database, labelsFrom: string | null): (id: number, label: string | null) => void {
  const source = codesOf(cache, 'label_source')(labelsFrom ?? THE_DATASET)
  const codeOf = codesOf(cache, 'label_name')
  const remove = cache.prepare(`DELETE FROM sample_label WHERE sample_id = ? AND source_id = ?`)
  const write = cache.prepare(
    `INSERT INTO ${wholeRow('sample_label')}
     ON CONFLICT DO UPDATE SET label_id = excluded.label_id, checksum = excluded.checksum
     WHERE label_id <> excluded.label_id`,
  )
  return (id, label) => {
    if (label === null) remove.run(id, source)
    else write.run({ sample_id: id, source_id: source, position: 0, label_id: codeOf(label) })
  }
}
