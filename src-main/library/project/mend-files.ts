/** What is done about files of a project that are missing, empty or damaged, before they are opened. */
import { renameSync } from 'node:fs'
import { basename } from 'node:path'
import { restoreBackup } from './backups'
import { type DatabaseFile, renumber, setAside } from './database-file'
import { keepSoundRows } from './keep-sound-rows'
import { newerFile } from './migrate'
import { rebuildIndexes } from './rebuild-indexes'
import { type FileState, inspectFile } from './inspect-file'

export interface MendOptions {
  alone: boolean
  /** Whether a file is what it was when the project was closed in order. */
  isAsClosed(file: string): boolean
  /** Whether it is known what a file was when the project was closed; not after a kill. */
  isRecorded(file: string): boolean
  /** Whether the project was in use before: then a file without tables is what is left of one. */
  wasInUse: boolean
}

/** Mends both files. Returns what was done, a sentence each. Throws 'project-newer' before anything is touched. */
export function mendFiles(
  folder: string,
  { review, cache }: Record<'review' | 'cache', DatabaseFile>,
  { alone, isAsClosed, isRecorded, wasInUse }: MendOptions,
): string[] {
  const look = (file: DatabaseFile, rows: boolean) =>
    inspectFile(file, { alone, thorough: !isAsClosed(file.file), rows })
  // A kill changes no bytes: after one, the many rows of results are not read through.
  const found = { review: look(review, true), cache: look(cache, isRecorded(cache.file)) }
  const holds = ({ state }: FileState) => state === 'sound' || state === 'newer' || state === 'damaged'
  const known = wasInUse || holds(found.review) || holds(found.cache)
  if (!known) return []
  // Where another file cannot be read, nothing is changed.
  refuseNewer(review, found.review)
  refuseNewer(cache, found.cache)
  return [...mendReview(folder, review, found.review, alone), ...mendCache(folder, cache, found.cache, alone)]
}

function refuseNewer({ file, migrations }: DatabaseFile, found: FileState): void {
  if (found.state === 'newer') throw newerFile(file, found.version, migrations)
}

function mendReview(folder: string, file: DatabaseFile, found: FileState, alone: boolean): string[] {
  const kept =
    found.state === 'damaged' ? (rebuildIndexes(folder, file, alone) ?? keepSoundRows(folder, file, alone)) : null
  const what = whatIsWrong(file, found, alone)
  if (what === null) return []
  if (found.state === 'sound') return [`${what}.`]
  if (kept !== null) {
    renameSync(kept.file, file.file)
    return [`${what}; ${kept.sentence}.`]
  }
  const copied = restoreBackup(folder, file, alone)
  if (copied === null) return [`${what}, and there is no backup; the project starts without runs and annotations.`]
  const where = found.state === 'damaged' ? 'are only in the other file' : 'are lost'
  return [`${what}; the backup of ${copied} took its place, later annotations and runs ${where}.`]
}

function mendCache(folder: string, file: DatabaseFile, found: FileState, alone: boolean): string[] {
  const kept = found.state === 'damaged' ? rebuildIndexes(folder, file, alone) : null
  const what = whatIsWrong(file, found, alone)
  if (what === null) return []
  if (found.state === 'sound') return [`${what}.`]
  if (kept !== null) {
    renameSync(kept.file, file.file)
    return [`${what}; ${kept.sentence}.`]
  }
  if (found.state === 'damaged') return [`${what}; resume the runs to compute their results again.`]
  return [`${what}; an empty one took its place. Resume the runs to compute their results again.`]
}

/** Sets aside a file that cannot be used, and says what was wrong with it; null for nothing. */
function whatIsWrong(file: DatabaseFile, found: FileState, alone: boolean): string | null {
  const name = basename(file.file)
  switch (found.state) {
    case 'absent':
      return `${name} was missing`
    case 'empty':
      return `${name} was empty and set aside as ${basename(setAside(file.file, new Date()))}`
    case 'damaged': {
      const aside = basename(setAside(file.file, new Date()))
      return `${name} was damaged and set aside as ${aside} (${found.what})`
    }
    case 'sound':
      if (!found.renumbered) return null
      renumber(file, found.version, alone)
      return `The version in the header of ${name} was damaged and is mended; nothing else was wrong`
    case 'newer':
      return null
  }
}
