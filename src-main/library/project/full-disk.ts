import { statfsSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import { formatBytes } from '@shared/format-bytes'

/** SQLite tells a full disk apart, but calls a quota or a limit on file sizes a failed write. */
const SQLITE_CODES = /^SQLITE_(FULL|IOERR_(WRITE|SHMSIZE|TRUNCATE))$/
const SYSTEM_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** True where an error says that there was no room for what was written. */
export function isFullDisk(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError) return SQLITE_CODES.test(error.code)
  return error instanceof Error && 'code' in error && SYSTEM_CODES.includes(String(error.code))
}

/** With as much free as this, it is not the disk that is full. */
const AMPLE_BYTES = 256 * 2 ** 20

/** The 'disk-full' error of a folder that could not be written to. */
export function fullDisk(folder: string, cause: unknown): HeadlightError {
  const message = `${whatIsFull(folder)} What was saved before is safe.`
  return new HeadlightError('disk-full', message, { cause })
}

function whatIsFull(folder: string): string {
  const free = freeBytes(folder)
  if (free === null) return `There is no room left for ${folder}, and its disk cannot be reached: see to that disk.`
  const said = formatBytes(free)
  if (free < AMPLE_BYTES) return `There is no room left for ${folder} (${said} free): make room on that disk.`
  return `${folder} takes no more, though ${said} are free on its disk: a quota or a limit on the size of files is reached; raise it, or choose another place.`
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return null
  }
}
