import { setImmediate } from 'node:timers/promises'
import type { DatasetSample } from '../../datasets/source'
import { StoredLocations } from '../../datasets/stored-locations'
import { HeadlightError } from '@shared/errors'
import type { Project } from '../project/project'

/** Samples that are written at a time. */
const PART = 5000

export interface RegisteredSample extends DatasetSample {
  id: number
}

/** The id of the dataset at this root, written on first sight. */
export function ensureDataset(project: Project, root: string): number {
  const id = project.review
    .prepare<[string], number>(
      `INSERT INTO dataset (root) VALUES (?) ON CONFLICT (root) DO UPDATE SET root = root RETURNING id`,
    )
    .pluck()
    .get(root)
  if (id === undefined) throw new HeadlightError('internal', `The dataset ${root} was not written.`)
  return id
}

/**
 * Gives every sample its durable id: the one it had before, or a new one. A part at a time, so that other calls are
 * answered in between. The keys are written to review.sqlite first and the same ids to cache.sqlite after, so that a kill
 * in between only leaves keys that the next listing finds again.
 */
export async function registerSamples(
  project: Project,
  datasetId: number,
  root: string,
  samples: readonly DatasetSample[],
): Promise<RegisteredSample[]> {
  const { review, cache } = project
  const known = new Map(
    review
      .prepare<[number], { path: string; id: number }>(`SELECT path, id FROM sample_key WHERE dataset_id = ?`)
      .all(datasetId)
      .map(({ path, id }) => [path, id]),
  )
  const key = review
    .prepare<[number, string], number>(
      `INSERT INTO sample_key (dataset_id, path) VALUES (?, ?)
       ON CONFLICT (dataset_id, path) DO UPDATE SET path = path RETURNING id`,
    )
    .pluck()
  const describe = cache.prepare(
    `INSERT INTO sample (id, dataset_id, path, folder, location, metadata) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, location = excluded.location, metadata = excluded.metadata`,
  )
  const locations = new StoredLocations(root)
  const idOf = (path: string) => {
    const id = known.get(path) ?? key.get(datasetId, path)
    if (id === undefined) throw new HeadlightError('internal', `The sample ${path} was not written.`)
    return id
  }
  const giveIds = review.transaction((part: readonly DatasetSample[]) =>
    part.map((sample) => ({ ...sample, id: idOf(sample.path) })),
  )
  const write = cache.transaction((part: readonly RegisteredSample[]) => {
    for (const { id, path, label, location, metadata } of part) {
      const kept = metadata === null ? null : JSON.stringify(metadata)
      describe.run(id, datasetId, path, label, locations.write(path, location), kept)
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
