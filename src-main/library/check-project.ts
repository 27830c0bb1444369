import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { containerOf, pathOf, type SampleLocation } from '../datasets/location'
import { readSample } from '../datasets/read-sample'
import { StoredLocations } from '../datasets/stored-locations'
import { checkStructure } from './project/database-file'
import type { Project } from './project/project'

/** Files whose content is read at the same time. */
const CONCURRENT_FILES = 8

interface StoredSample {
  path: string
  location: string | null
  bytes: number
  hash: string
}

/**
 * Looks for damage: the structure of both databases, and sample files that are gone or have other bytes than the
 * results were computed from. Every file is read. `checked` counts sample files.
 */
export async function checkProject(project: Project): Promise<{ problems: string[]; checked: number }> {
  const problems: string[] = []
  for (const database of [project.review, project.cache]) {
    const damage = checkStructure(database)
    if (damage !== null) problems.push(`${database.name}: ${damage}`)
  }
  let checked = 0
  const datasets = project.review.prepare<[], { id: number; root: string }>(`SELECT id, root FROM dataset`).all()
  for (const { id, root } of datasets) {
    const locations = new StoredLocations(root)
    const samples = project.cache
      .prepare<[number], StoredSample>(
        `SELECT path, location, bytes, hash FROM sample WHERE dataset_id = ? AND hash IS NOT NULL ORDER BY id`,
      )
      .all(id)
    for (let start = 0; start < samples.length; start += CONCURRENT_FILES) {
      const slice = samples.slice(start, start + CONCURRENT_FILES)
      const found = await Promise.all(
        slice.map((sample) => checkSample(locations.read(sample.path, sample.location), sample)),
      )
      problems.push(...found.filter((problem) => problem !== null))
    }
    checked += samples.length
  }
  return { problems, checked }
}

async function checkSample(location: SampleLocation, { bytes, hash }: StoredSample): Promise<string | null> {
  const found = await stat(containerOf(location)).catch(() => null)
  if (found === null) return `${pathOf(location)} is gone; relink the dataset or restore the file.`
  const now = typeof location !== 'string' ? hashMember(location) : found.size === bytes ? hashFile(location) : null
  if ((await now) === hash) return null
  return `${pathOf(location)} has changed since its results were computed; restore it or start a new run.`
}

async function hashMember(location: SampleLocation): Promise<string | null> {
  const content = await readSample(location).catch(() => null)
  return content === null ? null : createHash('sha256').update(content).digest('hex')
}

async function hashFile(file: string): Promise<string | null> {
  const hash = createHash('sha256')
  return pipeline(createReadStream(file), hash).then(
    () => hash.digest('hex'),
    () => null,
  )
}
