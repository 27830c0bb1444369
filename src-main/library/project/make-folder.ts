import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { statOf } from '@headlight/explain/files'

/**
 * Makes a folder and those above it. Node's own recursive mkdir tries for ever where a folder is there that nothing can be
 * made in because the system says "not found" (/proc, some automounted folders).
 * `mode` is that of the folder itself where it is made; those above it are made as the system makes them.
 */
export function makeFolder(path: string, mode?: number): void {
  if (isFolder(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path, mode === undefined ? {} : { mode })
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!isFolder(path)) throw error
  }
}

const isFolder = (path: string) => statOf(path)?.isDirectory() === true
