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

/** The 'disk-full' error of a folder that could not be written to. */
export function fullDisk(folder: string, cause: unknown): HeadlightError {
  const message = `There is no room left for ${folder} (${freeBytes(folder)}). What was saved before is safe; make room on that disk.`
  return new HeadlightError('disk-full', message, { cause })
}

function freeBytes(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return `${formatBytes(bavail * bsize)} free`
  } catch {
    return 'it cannot be reached'
  }
}
