/** Whether a dataset is still there while it is being read. */
import { opendir, stat } from 'node:fs/promises'
import { containerOf, type SampleLocation } from './location'

/**
 * True where a whole dataset has gone, rather than some of its files: its root is missing or cannot be reached, the
 * folder is empty (a mount point without its disk), or none of the `witnesses`, which were there before, is left.
 */
export async function isDatasetGone(root: string, witnesses: readonly SampleLocation[]): Promise<boolean> {
  if (!(await holdsAnything(root))) return true
  const files = new Set(witnesses.map(containerOf))
  if (files.size === 0) return false
  return areAllGone([...files])
}

/** True where none of the files can be looked at. */
export async function areAllGone(files: readonly string[]): Promise<boolean> {
  const left = await Promise.all(files.map(isThere))
  return !left.includes(true)
}

/** False for a root that is missing, cannot be looked at, or is an empty folder: a mount point without its disk. */
async function holdsAnything(root: string): Promise<boolean> {
  try {
    if (!(await stat(root)).isDirectory()) return true
    const folder = await opendir(root)
    try {
      return (await folder.read()) !== null
    } finally {
      await folder.close()
    }
  } catch {
    return false
  }
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )
