/**
 * review.sqlite and cache.sqlite share numbers: a run, a dataset and a sample have one id in both. Before anything reads
 * them together, this looks whether a number means the same in both, and keeps numbers from being used a second time.
 */
import { randomBytes } from 'node:crypto'
import type { ProjectFiles } from '../project/project-files'
import { findDatasetConflict, findRunConflict, findSampleConflict } from './find-conflicts'
import { keepIdsApart } from './highest-ids'
import { copyRun, copyRuns } from './run-copies'

interface Side {
  key: string
  session: string
}

/** The random key of a review file: made with it, kept by its copies and backups. */
export function reviewKey({ review }: Pick<ProjectFiles, 'review'>): string {
  return sideOfReview({ review }).key
}

/**
 * Why this cache cannot be read beside this review file: a sentence about the first number that means something else in
 * each. Null where all agree; what only one of them knows is not a conflict.
 */
export function findConflict(files: ProjectFiles): string | null {
  const [review, cache] = [sideOfReview(files), sideOfCache(files)]
  const runs = findRunConflict(files)
  // Since both were last opened together, the cache only got ids from this review file.
  if (runs !== null || (cache !== null && cache.session !== '' && cache.session === review.session)) return runs
  return findDatasetConflict(files) ?? findSampleConflict(files)
}

/**
 * Joins two files without a conflict: ids that either of them ever used are not given again, the cache gets copies of the
 * runs that the review file knows, and both get the mark of this session. `highestThumbnail` is the highest sample id of
 * the thumbnails.
 */
export function joinFiles(files: ProjectFiles, highestThumbnail: number): void {
  const { review, cache } = files
  keepIdsApart(files, highestThumbnail)
  const session = randomBytes(16).toString('hex')
  cache.transaction(() => {
    copyRuns(files)
    cache
      .prepare(`INSERT OR REPLACE INTO lineage (only, review_key, session) VALUES (1, ?, ?)`)
      .run(reviewKey(files), session)
  })()
  review.prepare(`UPDATE identity SET session = ?`).run(session)
}

/** Writes what the review file says of a run beside its results. Call it after every change of a run. */
export function rememberRun(files: ProjectFiles, runId: number): void {
  copyRun(files, runId)
}

function sideOfReview({ review }: Pick<ProjectFiles, 'review'>): Side {
  const side = review.prepare<[], Side>(`SELECT key, session FROM identity`).get()
  if (side !== undefined) return side
  const made = { key: randomBytes(16).toString('hex'), session: '' }
  review.prepare(`INSERT INTO identity (only, key, session) VALUES (1, ?, '')`).run(made.key)
  return made
}

function sideOfCache({ cache }: ProjectFiles): Side | null {
  return cache.prepare<[], Side>(`SELECT review_key AS key, session FROM lineage`).get() ?? null
}
