import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backupFiles } from './backups'

/** Whether a folder holds what only a project that was in use leaves there, whatever became of its databases. */
export function wasInUse(folder: string): boolean {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false
  if (backupFiles(folder).length > 0) return true
  const left = ['closed.json', 'thumbnails.sqlite']
  if (left.some((name) => existsSync(join(folder, name)))) return true
  return readdirSync(folder).some((name) => /^(review|cache)\.damaged-.*\.sqlite$/.test(name))
}
