import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the built entries, from a module that may lie in chunks/ below it. */
export function entryFolderOf(moduleUrl: string): string {
  const folder = dirname(fileURLToPath(moduleUrl))
  return folder.endsWith('chunks') ? dirname(folder) : folder
}
