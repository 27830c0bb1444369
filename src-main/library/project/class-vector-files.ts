/**
 * The project's copies of class vectors, which its runs cannot go on without: each has a compressed backup beside it, which
 * never changes, since both are named after their content. Those that no run uses any more go.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { isRegularFile } from '@headlight/explain/files'
import { toErrorValue } from '@shared/errors'
import {
  CLASS_VECTORS_BACKUPS,
  CLASS_VECTORS_FOLDER,
  classVectorsBackup,
  keptClassVectors,
} from '@shared/kept-class-vectors'
import { unclaimedRuns } from '../lineage/unclaimed-runs'
import { storedDefinition, type StoredRun } from '../stored/stored-run'
import { placeBackup, placeCopy } from './place-class-vectors'
import type { ProjectFiles } from './project-files'

const OURS = /^[0-9a-f]{64}\.safetensors(\.gz)?$/

/**
 * Makes the backups that are missing, and puts copies that are gone or damaged back from theirs. What was mended and what
 * could not be, a sentence each: a project opens in any case.
 */
export async function mendClassVectors(project: string, review: Database): Promise<string[]> {
  const said: string[] = []
  for (const hash of hashesInUse(review)) {
    const name = basename(keptClassVectors(project, hash))
    try {
      const mended = await mend(project, hash)
      if (mended !== null) said.push(`${mended} (${name}).`)
    } catch (error) {
      const { message } = toErrorValue(error)
      said.push(`Class vectors that a run needs could not be compared with their backup (${name}: ${message}).`)
    }
  }
  return said
}

/** What was wrong, without a full stop; null where nothing was. */
async function mend(project: string, hash: string): Promise<string | null> {
  const copy = keptClassVectors(project, hash)
  const backup = classVectorsBackup(project, hash)
  const kept = isRegularFile(copy) ? readFileSync(copy) : null
  const saved = isRegularFile(backup) ? unpack(backup) : null
  if (saved) {
    if (kept?.equals(saved)) return null
    await placeCopy(project, hash, saved)
    return `A copy of class vectors ${kept ? 'was damaged' : 'was gone'} and was put back from its backup`
  }
  if (kept === null) {
    return 'Class vectors that a run needs are gone, and so is their backup; begin the same run again with their file'
  }
  await placeBackup(project, hash, kept)
  return null
}

/** Copies that runs need and that are not there, by the names of the files. */
export function missingClassVectors(project: string, review: Database): string[] {
  return [...hashesInUse(review)].map((hash) => keptClassVectors(project, hash)).filter((copy) => !isRegularFile(copy))
}

/** Removes copies and backups that no run uses. Results whose run is not known may come back with it, so then all stay. */
export function removeUnusedClassVectors(project: string, files: ProjectFiles): void {
  if (unclaimedRuns(files).length > 0) return
  const used = hashesInUse(files.review)
  for (const folder of [CLASS_VECTORS_FOLDER, CLASS_VECTORS_BACKUPS].map((name) => join(project, name))) {
    if (!existsSync(folder)) continue
    for (const name of readdirSync(folder)) {
      if (OURS.test(name) && !used.has(name.slice(0, name.indexOf('.')))) rmSync(join(folder, name))
    }
  }
}

function hashesInUse(review: Database): Set<string> {
  const runs = review.prepare<[], Pick<StoredRun, 'id' | 'definition'>>(`SELECT id, definition FROM run`).all()
  return new Set(runs.flatMap((run) => storedDefinition(run).classVectors?.hash ?? []))
}

/** Null for an archive that is damaged: gzip has a checksum. */
function unpack(file: string): Buffer | null {
  try {
    return gunzipSync(readFileSync(file))
  } catch {
    return null
  }
}
