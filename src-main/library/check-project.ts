import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { ImageFolder } from '../datasets/image-folder'
import { checkStructure } from './project/database-file'
import type { Project } from './project/project'

/** Files whose content is read at the same time. */
const CONCURRENT_FILES = 8

interface StoredSample {
  path: string
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
    const source = new ImageFolder(root)
    const samples = project.cache
      .prepare<[number], StoredSample>(
        `SELECT path, bytes, hash FROM sample WHERE dataset_id = ? AND hash IS NOT NULL ORDER BY id`,
      )
      .all(id)
    for (let start = 0; start < samples.length; start += CONCURRENT_FILES) {
      const slice = samples.slice(start, start + CONCURRENT_FILES)
      const found = await Promise.all(slice.map((sample) => checkFile(source.locate(sample.path), sample)))
      problems.push(...found.filter((problem) => problem !== null))
    }
    checked += samples.length
  }
  return { problems, checked }
}

async function checkFile(file: string, { bytes, hash }: StoredSample): Promise<string | null> {
  const found = await stat(file).catch(() => null)
  if (found === null) return `${file} is gone; relink the dataset or restore the file.`
  if (found.size === bytes && (await hashFile(file)) === hash) return null
  return `${file} has changed since its results were computed; restore it or start a new run.`
}

async function hashFile(file: string): Promise<string | null> {
  const hash = createHash('sha256')
  return pipeline(createReadStream(file), hash).then(
    () => hash.digest('hex'),
    () => null,
  )
}
