import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { constants, createGzip, gunzip, gunzipSync } from 'node:zlib'
import Sqlite, { type Database } from 'better-sqlite3'
import { isRegularFile } from '@headlight/explain/files'
import { contentOf, isWithin, newestContentFirst, type ReviewContent } from './backup-content'
import { damagedFile, type DatabaseFile } from './database-file'
import { inspectFile } from './inspect-file'

/** Backups that are kept: of the last times that something had changed. */
const KEPT = 3
const INTERVAL_MS = 10 * 60_000
const BACKUP_NAME = /^review\.backup(?:-(\d{1,3}))?\.sqlite(\.gz)?$/

/** The backups that there are of the precious file, newest first. Former versions did not compress theirs. */
export function backupFiles(folder: string): string[] {
  const found = readdirSync(folder).flatMap((name) => {
    const match = BACKUP_NAME.exec(name)
    // The newest has no number.
    return match === null ? [] : [{ name, age: Number(match[1] ?? 1), plain: match[2] === undefined }]
  })
  found.sort((a, b) => Number(a.plain) - Number(b.plain) || a.age - b.age)
  return found.map(({ name }) => join(folder, name))
}

/** Unpacks a backup to the file of `expected`. What is wrong with it, null when it is sound; then the file is there, else it is not. */
export function unpackBackup(backup: string, expected: DatabaseFile, alone: boolean): string | null {
  const damage = unpack(backup, expected.file) ?? damageOf(expected, alone)
  if (damage !== null) removeDatabase(expected.file)
  return damage
}

/**
 * Unpacks the sound backup that is newest in content to the file of `part`. When that was copied, ISO 8601; null where
 * there is no sound one.
 */
export function unpackNewest(folder: string, part: DatabaseFile, alone: boolean): string | null {
  const sound = backupFiles(folder).flatMap((backup) => {
    if (unpackBackup(backup, part, alone) !== null) return []
    const content = contentOfFile(part.file)
    removeDatabase(part.file)
    return [{ backup, content }]
  })
  const [best] = sound.sort((a, b) => newestContentFirst(a.content, b.content))
  if (best === undefined || unpackBackup(best.backup, part, alone) !== null) return null
  return statSync(best.backup).mtime.toISOString()
}

/** Puts that backup in the place of `expected`, and says the same. */
export function restoreBackup(folder: string, expected: DatabaseFile, alone: boolean): string | null {
  const part = { ...expected, file: join(folder, 'review.restored.part') }
  const copied = unpackNewest(folder, part, alone)
  if (copied !== null) renameSync(part.file, expected.file)
  return copied
}

/** What is wrong with a copy of the precious file, null when it is sound. */
export function damageOf(expected: DatabaseFile, alone: boolean): string | null {
  const found = inspectFile(expected, { alone, thorough: true })
  switch (found.state) {
    case 'sound':
      return found.renumbered ? 'the version of its format is not what it holds' : null
    case 'newer':
      return 'it was written by a newer Headlight'
    case 'damaged':
      return found.what
    default:
      return 'it is empty'
  }
}

function unpack(backup: string, file: string): string | null {
  if (!statSync(backup).isFile()) return 'it is not a file'
  if (!backup.endsWith('.gz')) {
    copyFileSync(backup, file)
    return null
  }
  try {
    writeFileSync(file, gunzipSync(readFileSync(backup)))
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_')) throw error
    return 'file is not a readable gzip archive'
  }
}

function contentOfFile(file: string): ReviewContent {
  const database = new Sqlite(file)
  try {
    return contentOf(database)
  } finally {
    database.close()
  }
}

/** Removes a database of which nothing is kept, and its journals. */
export function removeDatabase(file: string): void {
  for (const journal of ['', '-wal', '-shm', '-journal']) rmSync(file + journal, { force: true })
}

/** What is wrong with a copy of the precious file, null for nothing; `alone` says that no second connection may read. */
export type CheckCopy = (copy: DatabaseFile, alone: boolean) => Promise<string | null>

/** Backs up review.sqlite now and then and at the end, whenever something has changed since the last time. */
export class Backups {
  #changesBefore: number
  readonly #timer: NodeJS.Timeout
  #underWay: Promise<void> = Promise.resolve()
  /** What each backup holds, by inode, size and time. */
  readonly #contents = new Map<string, ReviewContent | null>()
  #isClosing = false
  readonly #review: Database
  readonly #expected: DatabaseFile
  readonly #folder: string
  readonly #options: { alone: boolean; checkCopy?: CheckCopy }

  constructor(
    review: Database,
    expected: DatabaseFile,
    folder: string,
    options: { alone: boolean; checkCopy?: CheckCopy },
    onFailure: (error: unknown) => void,
    everyMs = INTERVAL_MS,
  ) {
    this.#review = review
    this.#expected = expected
    this.#folder = folder
    this.#options = options
    this.#changesBefore = this.#changes()
    this.#timer = setInterval(() => void this.save().catch(onFailure), everyMs).unref()
  }

  /**
   * Copies and compresses the file where something changed, or where there is no copy yet. A copy is whole before it
   * counts. Throws 'project-damaged' where the file is damaged: its copy takes no sound one's place.
   */
  save(): Promise<void> {
    // The caller of the former one got its error.
    this.#underWay = this.#underWay.catch(() => undefined).then(() => this.#copy())
    return this.#underWay
  }

  /** No more copies are made, except the last one on closing. */
  stop(): void {
    this.#isClosing = true
    clearInterval(this.#timer)
  }

  async #check(copy: DatabaseFile): Promise<string | null> {
    const { alone, checkCopy } = this.#options
    // A thread takes longer to start than most copies to be read through.
    return checkCopy === undefined || this.#isClosing ? damageOf(copy, alone) : checkCopy(copy, alone)
  }

  async #copy(): Promise<void> {
    const changes = this.#changes()
    if (changes === this.#changesBefore && existsSync(this.#nameOf(1))) return
    const copy = join(this.#folder, 'review.backup.part')
    const part = `${copy}.gz`
    let content: ReviewContent
    try {
      removeDatabase(copy)
      await this.#review.backup(copy)
      const damage = await this.#check({ ...this.#expected, file: copy })
      if (damage !== null) throw damagedFile(new Error(damage))
      content = contentOfFile(copy)
      await pipeline(
        createReadStream(copy),
        createGzip({ level: constants.Z_BEST_SPEED }),
        createWriteStream(part, { flush: true }),
      )
    } catch (error) {
      // Half a copy is of no use, and takes room that may be what was lacking.
      rmSync(part, { force: true })
      throw error
    } finally {
      removeDatabase(copy)
    }
    this.#contents.set(keyOf(part), content)
    await this.#rotate(part, content)
    this.#changesBefore = changes
  }

  /** The newest few stay, and of the older ones each that holds more than those that are newer, or something newer. */
  async #rotate(part: string, content: ReviewContent): Promise<void> {
    const kept = [content]
    const older: string[] = []
    for (const backup of backupFiles(this.#folder)) {
      const held = await this.#contentOfBackup(backup)
      const isNeeded = held !== null && !kept.some((newer) => isWithin(held, newer))
      if (older.length + 1 >= KEPT && !isNeeded) {
        rmSync(backup)
        continue
      }
      older.push(backup)
      if (held !== null) kept.push(held)
    }
    // From the oldest on, so that every name is free. Plain copies of former versions keep theirs.
    const packed = older.filter((backup) => backup.endsWith('.gz'))
    for (const [place, backup] of [...packed.entries()].reverse()) renameSync(backup, this.#nameOf(place + 2))
    renameSync(part, this.#nameOf(1))
  }

  /** Null for a backup that cannot be read. */
  async #contentOfBackup(backup: string): Promise<ReviewContent | null> {
    const key = keyOf(backup)
    const known = this.#contents.get(key)
    if (known !== undefined) return known
    const unpacked = join(this.#folder, 'review.compared.part')
    let content: ReviewContent | null = null
    // Reading a pipe would wait for ever.
    if (!isRegularFile(backup)) return null
    try {
      const bytes = await readFile(backup)
      await writeFile(unpacked, backup.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes)
      content = contentOfFile(unpacked)
    } catch {
      // A backup that cannot be read holds nothing; it leaves when its turn comes.
    } finally {
      removeDatabase(unpacked)
    }
    this.#contents.set(key, content)
    return content
  }

  #nameOf(place: number): string {
    return join(this.#folder, `review.backup${place === 1 ? '' : `-${place}`}.sqlite.gz`)
  }

  /** Rows changed by this connection, which is the only one that writes. */
  #changes(): number {
    return this.#review.prepare<[], number>(`SELECT total_changes()`).pluck().get() ?? 0
  }
}

/** Stays the same when the file is renamed. */
function keyOf(file: string): string {
  const { ino, size, mtimeMs } = statSync(file)
  return `${ino} ${size} ${mtimeMs}`
}
