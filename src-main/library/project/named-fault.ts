import { damagedFile, isDamage } from './database-file'
import { fullDisk, isFullDisk } from './full-disk'

/** A failed read or write of a project's files as what a user can act on; what is neither a full disk nor damage stays. */
export function namedFault(error: unknown, folder: string): unknown {
  if (isFullDisk(error)) return fullDisk(folder, error)
  return isDamage(error) ? damagedFile(error) : error
}
