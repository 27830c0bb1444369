import { type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { HeadlightError } from '../errors'

/**
 * Refuses what is there and is neither a regular file nor a folder: reading a pipe or a device waits for ever, or never
 * ends. What is missing, and folders, are the reader's to name. Throws an error of this code.
 */
export async function refuseIrregular<Code extends string>(file: string, code: Code): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found === null || found.isFile() || found.isDirectory()) return
  const what = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device'
  throw new HeadlightError(code, `${file} is ${what} and not a file; choose a file that lies on a disk.`)
}

/** Whether a regular file is there: what else could be in the place of a file of the program's own is as good as none. */
export function isRegularFile(file: string): boolean {
  return statOf(file)?.isFile() === true
}

/**
 * What lies at a path, links followed; null for what is not there or cannot be looked at: on a disk that was lost, below a
 * file or a folder that is closed to us, a link that leads to itself.
 */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}
