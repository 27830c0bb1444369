import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'

const ownerSchema = z.object({ pid: z.number(), host: z.string(), since: z.string() })
type Owner = z.infer<typeof ownerSchema>

/**
 * The lock of a project. The operating system holds it, through SQLite, for as long as the process lives: a killed
 * process leaves nothing to clear, a process id that is used again confuses nobody, and it works across containers.
 * `owner.json` only says who has it.
 */
export class ProjectLock {
  private constructor(
    private readonly held: Database,
    private readonly ownerFile: string,
  ) {}

  /** Takes the lock of a project folder. Throws 'project-locked', naming the process that has it. */
  static take(folder: string): ProjectLock {
    const ownerFile = join(folder, 'owner.json')
    const held = new Sqlite(join(folder, 'project.lock'), { timeout: 0 })
    try {
      held.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      held.close()
      const busy = cause instanceof Sqlite.SqliteError && cause.code.startsWith('SQLITE_BUSY')
      if (busy) throw new HeadlightError('project-locked', lockedSentence(folder, readOwner(ownerFile)), { cause })
      throw new HeadlightError('not-writable', `The project ${folder} cannot be locked; check that it is writable.`, {
        cause,
      })
    }
    const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
    writeFileSync(ownerFile, `${JSON.stringify(owner)}\n`)
    return new ProjectLock(held, ownerFile)
  }

  release(): void {
    rmSync(this.ownerFile, { force: true })
    this.held.close()
  }
}

function readOwner(file: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The owner is between taking the lock and writing its name; the sentence then names no process.
    return null
  }
}

function lockedSentence(folder: string, owner: Owner | null): string {
  if (owner === null) return `The project ${folder} is open in another process; close it there first.`
  const where = owner.host === hostname() ? '' : ` on ${owner.host}`
  return `The project ${folder} is open in process ${owner.pid}${where}; close it there first.`
}
