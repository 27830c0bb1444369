import { existsSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Database } from 'better-sqlite3'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { CACHE_MIGRATIONS, REVIEW_MIGRATIONS } from '../migrations'
import { damagedFile, type DatabaseFile, isDamage, isWriteFailure } from './database-file'
import { Backups, type CheckCopy } from './backups'
import { ClosedFiles } from './closed-files'
import { faultInCache } from '../stored/result-checksums'
import { faultInReview } from '../stored/review-faults'
import type { StateRow } from '../run/state-row'
import { wasInUse } from './known-project'
import { openTogether } from '../lineage/open-together'
import { keepPrivate } from './keep-private'
import { makeFolder } from './make-folder'
import { mendFiles } from './mend-files'
import { networkFileSystem } from './network-folder'
import type { ProjectFiles } from './project-files'
import { type Holder, isLockFile, ProjectLock, THIS_PROCESS } from './project-lock'

/** A project is its user's alone, whatever the umask; who wants to share it changes that. */
const PRIVATE_FOLDER = 0o700

/** An open project: the lock, both databases, and what had to be mended on opening. */
export class Project implements ProjectFiles {
  /** States of runs that the full disk had no room for, by run id. */
  readonly unwrittenStates = new Map<number, Pick<StateRow, 'state' | 'error' | 'error_code'>>()

  #doubted = false
  readonly #backups: Backups
  readonly #lock: ProjectLock

  private constructor(
    readonly path: string,
    readonly review: Database,
    readonly cache: Database,
    readonly notices: readonly string[],
    /** The kind of network disk that it lies on; null for a local one, where further connections may read as well. */
    readonly networkDisk: string | null,
    backups: Backups,
    lock: ProjectLock,
  ) {
    this.#backups = backups
    this.#lock = lock
  }

  get name(): string {
    return basename(this.path).replace(/\.headlight$/, '')
  }

  /** Creates the folder with both databases. Throws 'usage' where a project is already, 'not-writable'. */
  static create(folder: string, holder: Holder = THIS_PROCESS, checkCopy?: CheckCopy): Project {
    const path = resolve(folder)
    if (isProject(path)) {
      throw new HeadlightError('usage', `${path} is already a project; open it, or choose another name.`)
    }
    return writable(path, () => {
      makeFolder(path, PRIVATE_FOLDER)
      // A program that was killed as it began leaves its lock behind, and nothing else.
      if (!readdirSync(path).every(isLockFile)) {
        throw new HeadlightError('usage', `${path} is not empty; choose a new folder for the project.`)
      }
      return Project.#enter(path, holder, checkCopy)
    })
  }

  /** Throws 'not-found', 'project-locked', 'project-newer', 'not-writable'. A damaged file is set aside, with a notice. */
  static open(folder: string, holder: Holder = THIS_PROCESS, checkCopy?: CheckCopy): Project {
    const path = resolve(folder)
    if (!isProject(path)) {
      const what = existsSync(path) ? 'is not a Headlight project: it holds no review.sqlite' : 'does not exist'
      throw new HeadlightError('not-found', `${path} ${what}; choose a folder whose name ends in .headlight.`)
    }
    return writable(path, () => Project.#enter(path, holder, checkCopy))
  }

  /** Backs up the precious file, closes both and gives the lock back. */
  async close(): Promise<void> {
    this.#backups.stop()
    try {
      await this.backup()
    } finally {
      this.cache.close()
      this.review.close()
      const files = [this.review.name, this.cache.name]
      if (this.#doubted) ClosedFiles.doubt(this.path, files)
      else ClosedFiles.write(this.path, files)
      this.#lock.release()
    }
  }

  /** A file was found damaged while it was used: both are checked in full when the project is opened again. */
  doubt(): void {
    this.#doubted = true
  }

  /** Copies review.sqlite beside itself where it has changed; earlier copies stay, the last few. */
  async backup(): Promise<void> {
    try {
      await this.#backups.save()
    } catch (error) {
      if (toErrorValue(error).code === 'project-damaged') this.doubt()
      throw error
    }
  }

  static #enter(path: string, holder: Holder, checkCopy?: CheckCopy, checked = false): Project {
    const networkDisk = networkFileSystem(path)
    const alone = networkDisk !== null
    const lock = ProjectLock.take(path, holder, alone)
    const opened: Database[] = []
    try {
      keepPrivate(path)
      const files = filesOf(path)
      const inUse = wasInUse(path)
      const closed = ClosedFiles.take(path)
      const notices = mendFiles(path, files, {
        alone,
        isAsClosed: (file) => closed.isAsClosed(file),
        isRecorded: (file) => closed.isRecorded(file),
        wasInUse: inUse,
      })
      const { review, cache, ...together } = openTogether(path, files, alone, (database) => opened.push(database))
      notices.push(...together.notices)
      const backups = new Backups(review, files.review, path, { alone, checkCopy }, (error) =>
        console.error('The backup of review.sqlite failed.', error),
      )
      return new Project(path, review, cache, notices, networkDisk, backups, lock)
    } catch (error) {
      for (const database of opened) database.close()
      lock.release()
      // A file that looked as it was closed is not: the record of that is used up, so now every file is checked.
      if (isDamage(error) && !checked) return Project.#enter(path, holder, checkCopy, true)
      throw isDamage(error) ? damagedFile(error) : error
    }
  }
}

/** Both databases of a project folder, as they should be. */
export function filesOf(path: string): Record<'review' | 'cache', DatabaseFile> {
  const review: DatabaseFile = {
    file: join(path, 'review.sqlite'),
    kind: 'review',
    migrations: REVIEW_MIGRATIONS,
    synchronous: 'FULL',
    pageBytes: 4096,
    faultIn: faultInReview,
  }
  const cache: DatabaseFile = {
    file: join(path, 'cache.sqlite'),
    kind: 'cache',
    migrations: CACHE_MIGRATIONS,
    synchronous: 'NORMAL',
    // Rows of a result take over a kilobyte: small pages would stay part empty.
    pageBytes: 16_384,
    faultIn: faultInCache,
  }
  return { review, cache }
}

function isProject(path: string): boolean {
  const { review, cache } = filesOf(path)
  return wasInUse(path) || [review.file, cache.file].some((file) => existsSync(file))
}

/** Runs `action`, and turns what a read-only or impossible place causes into 'not-writable'. */
function writable(path: string, action: () => Project): Project {
  try {
    return action()
  } catch (cause) {
    if (cause instanceof HeadlightError || !cannotWrite(cause)) throw cause
    throw new HeadlightError('not-writable', `${path} cannot be written; choose a folder that you may write to.`, {
      cause,
    })
  }
}

function cannotWrite(error: unknown): boolean {
  if (isWriteFailure(error)) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST', 'ENOSPC', 'ENAMETOOLONG'].includes(code)
}
