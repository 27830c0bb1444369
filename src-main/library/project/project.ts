import { existsSync, readdirSync, renameSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'
import { CACHE_MIGRATIONS, REVIEW_MIGRATIONS } from '../migrations'
import { type DatabaseFile, findDamage, isDamage, openDatabase, setAside } from './database-file'
import { Backups, backupFiles, unpackBackup } from './backups'
import { ClosedFiles } from './closed-files'
import type { StateRow } from '../run/state-row'
import { makeFolder } from './make-folder'
import { networkFileSystem } from './network-folder'
import { type Holder, isLockFile, ProjectLock, THIS_PROCESS } from './project-lock'

/** Both databases of a project, wherever they are open. */
export interface ProjectFiles {
  /** Precious: definitions, sample keys, annotations. */
  readonly review: Database
  /** Recomputable: results, maps, columns. */
  readonly cache: Database
}

/** An open project: the lock, both databases, and what had to be mended on opening. */
export class Project implements ProjectFiles {
  /** States of runs that the full disk had no room for, by run id. */
  readonly unwrittenStates = new Map<number, Pick<StateRow, 'state' | 'error' | 'error_code'>>()

  private doubted = false

  private constructor(
    readonly path: string,
    readonly review: Database,
    readonly cache: Database,
    readonly notices: readonly string[],
    /** The kind of network disk that it lies on; null for a local one, where further connections may read as well. */
    readonly networkDisk: string | null,
    private readonly backups: Backups,
    private readonly lock: ProjectLock,
  ) {}

  get name(): string {
    return basename(this.path).replace(/\.headlight$/, '')
  }

  /** Creates the folder with both databases. Throws 'usage' where a project is already, 'not-writable'. */
  static create(folder: string, holder: Holder = THIS_PROCESS): Project {
    const path = resolve(folder)
    if (isProject(path)) {
      throw new HeadlightError('usage', `${path} is already a project; open it, or choose another name.`)
    }
    return writable(path, () => {
      makeFolder(path)
      // A program that was killed as it began leaves its lock behind, and nothing else.
      if (!readdirSync(path).every(isLockFile)) {
        throw new HeadlightError('usage', `${path} is not empty; choose a new folder for the project.`)
      }
      return Project.enter(path, holder)
    })
  }

  /** Throws 'not-found', 'project-locked', 'project-newer', 'not-writable'. A damaged file is set aside, with a notice. */
  static open(folder: string, holder: Holder = THIS_PROCESS): Project {
    const path = resolve(folder)
    if (!isProject(path)) {
      const what = existsSync(path) ? 'is not a Headlight project: it holds no review.sqlite' : 'does not exist'
      throw new HeadlightError('not-found', `${path} ${what}; choose a folder whose name ends in .headlight.`)
    }
    return writable(path, () => Project.enter(path, holder))
  }

  /** Backs up the precious file, closes both and gives the lock back. */
  async close(): Promise<void> {
    this.backups.stop()
    try {
      await this.backup()
    } finally {
      this.cache.close()
      this.review.close()
      if (!this.doubted) ClosedFiles.write(this.path, [this.review.name, this.cache.name])
      this.lock.release()
    }
  }

  /** A file was found damaged while it was used: both are checked in full when the project is opened again. */
  doubt(): void {
    this.doubted = true
  }

  /** Copies review.sqlite beside itself where it has changed; earlier copies stay, the last few. */
  backup(): Promise<void> {
    return this.backups.save()
  }

  private static enter(path: string, holder: Holder, checked = false): Project {
    const networkDisk = networkFileSystem(path)
    const alone = networkDisk !== null
    const lock = ProjectLock.take(path, holder, alone)
    const opened: Database[] = []
    try {
      const files = filesOf(path)
      const closed = ClosedFiles.take(path)
      const damageIn: DamageFinder = (file) => (closed.isAsClosed(file) ? null : findDamage(file, alone))
      const notices = [...mendReview(path, damageIn, alone), ...mendCache(path, damageIn)]
      for (const file of [files.review, files.cache]) opened.push(openDatabase(file, alone))
      const [review, cache] = opened
      if (review === undefined || cache === undefined) throw new Error('A database was not opened.')
      const backups = new Backups(review, path, (error) => console.error('The backup of review.sqlite failed.', error))
      return new Project(path, review, cache, notices, networkDisk, backups, lock)
    } catch (error) {
      for (const database of opened) database.close()
      lock.release()
      // A file that looked as it was closed is not: the record of that is used up, so now every file is checked.
      if (isDamage(error) && !checked) return Project.enter(path, holder, true)
      throw error
    }
  }
}

function filesOf(path: string) {
  const review: DatabaseFile = {
    file: join(path, 'review.sqlite'),
    migrations: REVIEW_MIGRATIONS,
    synchronous: 'FULL',
    pageBytes: 4096,
  }
  const cache: DatabaseFile = {
    file: join(path, 'cache.sqlite'),
    migrations: CACHE_MIGRATIONS,
    synchronous: 'NORMAL',
    // Rows of a result take over a kilobyte: small pages would stay part empty.
    pageBytes: 16_384,
  }
  return { review, cache }
}

function isProject(path: string): boolean {
  const { review, cache } = filesOf(path)
  return backupFiles(path).length > 0 || [review.file, cache.file].some((file) => existsSync(file))
}

/** What is wrong with a file, null for nothing. */
type DamageFinder = (file: string) => string | null

function mendReview(path: string, damageIn: DamageFinder, alone: boolean): string[] {
  const { review } = filesOf(path)
  const missing = !existsSync(review.file)
  const damage = damageIn(review.file)
  if (!missing && damage === null) return []
  const aside = damage === null ? null : setAside(review.file, new Date())
  const what =
    aside === null ? 'review.sqlite was missing' : `review.sqlite was damaged and set aside as ${basename(aside)}`
  const restored = join(path, 'review.restored.part')
  const backup = backupFiles(path).find((file) => unpackBackup(file, restored, alone) === null)
  if (backup !== undefined) {
    const copied = statSync(backup).mtime.toISOString()
    renameSync(restored, review.file)
    return [`${what}; the backup of ${copied} took its place, later annotations and runs are only in the other file.`]
  }
  // Without review.sqlite a new project has nothing to mend.
  if (missing && !existsSync(filesOf(path).cache.file)) return []
  return [`${what}, and there is no backup; the project starts without runs and annotations.`]
}

function mendCache(path: string, damageIn: DamageFinder): string[] {
  const { review, cache } = filesOf(path)
  if (!existsSync(cache.file)) {
    return existsSync(review.file)
      ? ['cache.sqlite was missing; an empty one took its place. Resume the runs to compute their results again.']
      : []
  }
  if (damageIn(cache.file) === null) return []
  const aside = basename(setAside(cache.file, new Date()))
  return [`cache.sqlite was damaged and set aside as ${aside}; resume the runs to compute their results again.`]
}

/** Runs `action`, and turns what a read-only or impossible place causes into 'not-writable'. */
function writable(path: string, action: () => Project): Project {
  try {
    return action()
  } catch (cause) {
    if (cause instanceof HeadlightError || !isWriteFailure(cause)) throw cause
    throw new HeadlightError('not-writable', `${path} cannot be written; choose a folder that you may write to.`, {
      cause,
    })
  }
}

function isWriteFailure(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError) return /^SQLITE_(READONLY|CANTOPEN|PERM|IOERR|FULL)/.test(error.code)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST', 'ENOSPC', 'ENAMETOOLONG'].includes(code)
}
