import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import { isRegularFile } from '@headlight/explain/files'
import { isGone } from '../../process'

const LOCK_FILE = 'project.lock'
const OWNER_FILE = 'owner.json'

/** Who opens a project, in terms that a user can find again: the process that was started, not one of its children. */
export interface Holder {
  pid: number
  /** "headlight serve", "Headlight". */
  program: string
}

export const THIS_PROCESS: Holder = { pid: process.pid, program: 'headlight' }

const ownerSchema = z.object({
  pid: z.number(),
  host: z.string(),
  since: z.string(),
  program: z.string().default('headlight'),
})
type Owner = z.infer<typeof ownerSchema>

/** Whether a file of a project folder belongs to the lock: these hold nothing of the project. */
export function isLockFile(name: string): boolean {
  return name === OWNER_FILE || name === LOCK_FILE || name === `${LOCK_FILE}-journal`
}

const HEARTBEAT_MS = 30_000
/** A holder on another machine that has not been heard of for so long is gone. */
const SILENCE_MS = 4 * HEARTBEAT_MS

/**
 * The lock of a project. The operating system holds it, through SQLite, for as long as the process lives: a killed
 * process leaves nothing to clear, a process id that is used again confuses nobody, and it works across containers.
 * `owner.json` says who has it. On a network disk, where some servers keep locks from one machine to themselves, its
 * holder also writes that file again and again, and nobody enters while another machine does so.
 */
export class ProjectLock {
  readonly #held: Database
  readonly #ownerFile: string
  readonly #heartbeat: NodeJS.Timeout | null

  private constructor(held: Database, ownerFile: string, heartbeat: NodeJS.Timeout | null) {
    this.#held = held
    this.#ownerFile = ownerFile
    this.#heartbeat = heartbeat
  }

  /** Takes the lock of a project folder. Throws 'project-locked', naming the process that has it. */
  static take(folder: string, { pid, program }: Holder, onNetwork: boolean): ProjectLock {
    const ownerFile = join(folder, OWNER_FILE)
    const held = new Sqlite(join(folder, LOCK_FILE), { timeout: 0 })
    try {
      held.exec('BEGIN EXCLUSIVE')
    } catch (cause) {
      held.close()
      const code = cause instanceof Sqlite.SqliteError ? cause.code : ''
      const owner = readOwner(ownerFile)
      if (code.startsWith('SQLITE_BUSY')) {
        throw new HeadlightError('project-locked', lockedSentence(folder, owner), { cause })
      }
      const sentence = code.startsWith('SQLITE_IOERR')
        ? `The project ${folder} cannot be locked: its file system offers no file locks. Mount it with locks (NFS 4, or lockd), or copy the project to a local disk.`
        : `The project ${folder} cannot be locked; check that it is writable.`
      throw new HeadlightError('not-writable', sentence, { cause })
    }
    const other = onNetwork ? readOwner(ownerFile) : null
    if (other !== null && other.host !== hostname() && silenceOf(folder, ownerFile) < SILENCE_MS) {
      held.close()
      throw new HeadlightError('project-locked', lockedSentence(folder, other))
    }
    const owner: Owner = { pid, host: hostname(), since: new Date().toISOString(), program }
    const text = `${JSON.stringify(owner)}\n`
    writeFileSync(ownerFile, text)
    // A beat that fails is made up for by the next; three in a row would be a disk that is gone.
    const beat = () => void writeFile(ownerFile, text).catch(() => undefined)
    return new ProjectLock(held, ownerFile, onNetwork ? setInterval(beat, HEARTBEAT_MS).unref() : null)
  }

  release(): void {
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    rmSync(this.#ownerFile, { force: true })
    this.#held.close()
  }
}

function readOwner(file: string): Owner | null {
  if (!isRegularFile(file)) return null
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // The owner is between taking the lock and writing its name; the sentence then names no process.
    return null
  }
}

/** Milliseconds since the owner's file was written, by the clock of the machine that has the disk. */
function silenceOf(folder: string, ownerFile: string): number {
  const probe = join(folder, `owner.${process.pid}.probe`)
  writeFileSync(probe, '')
  const now = statSync(probe).mtimeMs
  rmSync(probe)
  return now - statSync(ownerFile).mtimeMs
}

function lockedSentence(folder: string, owner: Owner | null): string {
  if (owner === null) return `The project ${folder} is open in another process; close it there first.`
  const { pid, host, program } = owner
  const since = timeOf(owner.since)
  if (host !== hostname()) {
    return `The project ${folder} is open on ${host}: ${program}, process ${pid}${since}. Close it there first. If that machine is off or the process was killed, try again in two minutes; if it still is refused then, delete project.lock in the project's folder.`
  }
  if (isGone(pid)) {
    return `The project ${folder} was open in ${program}, process ${pid}${since}, which has ended; what it started still saves. Try again in a moment.`
  }
  return `The project ${folder} is open in ${program}, process ${pid}${since}; close it there first.`
}

function timeOf(since: string): string {
  const when = new Date(since)
  return Number.isNaN(when.getTime()) ? '' : ` (since ${when.toLocaleString('sv-SE').slice(0, 16)})`
}
