import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isLockFile } from './project-lock'

/** Databases, their journals, backups and copies that were set aside. */
const DATABASE = /^(review|cache|thumbnails)\.([\w.-]+\.)?(sqlite|part)(\.gz)?(-wal|-shm|-journal)?$/
const OTHERS = 0o007

/**
 * Takes a project of a former version, whose files everybody on the machine may read, from everybody but its user. What
 * others may not read at all stays as it is: its user shared it with a group, or keeps it already. Changes nothing that is not
 * the project's.
 */
export function keepPrivate(folder: string): void {
  if (process.platform === 'win32') return
  closeToOthers(folder, folder, 0o700)
  for (const name of readdirSync(folder)) {
    if (DATABASE.test(name) || isLockFile(name) || name === 'closed.json')
      closeToOthers(folder, join(folder, name), 0o600)
  }
}

function closeToOthers(folder: string, path: string, mode: number): void {
  try {
    const found = lstatSync(path)
    const isOurs = path === folder ? found.isDirectory() : found.isFile()
    if (isOurs && (found.mode & OTHERS) !== 0) chmodSync(path, mode)
  } catch {
    // Another user's file, gone meanwhile, or a disk without modes: the project can be used all the same.
  }
}
