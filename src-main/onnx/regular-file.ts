import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type ErrorCode, HeadlightError } from '@shared/errors'

/**
 * Refuses what is there and is neither a regular file nor a folder: reading a pipe or a device waits for ever, or never
 * ends. What is missing, and folders, are the reader's to name. Throws an error of this code.
 */
export async function refuseIrregular(file: string, code: ErrorCode): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found === null || found.isFile() || found.isDirectory()) return
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device'
  throw new HeadlightError(code, `${file} is ${what} and not a file; choose a file that lies on a disk.`)
}

/** Whether a regular file is there: what else could be in the place of a file of the program's own is as good as none. */
export function isRegularFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true
}
