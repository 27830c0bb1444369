import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGzip, gunzipSync } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import { findDamage } from './database-file'

/** Backups that are kept: of the last times that something had changed. */
const KEPT = 3
const INTERVAL_MS = 10 * 60_000

/** The backups that there are of the precious file, newest first. Former versions did not compress theirs. */
export function backupFiles(folder: string): string[] {
  const plain = Array.from({ length: KEPT }, (_, age) => plainFile(folder, age))
  return [...plain.map((file) => `${file}.gz`), ...plain].filter((file) => existsSync(file))
}

function plainFile(folder: string, age: number): string {
  return join(folder, age === 0 ? 'review.backup.sqlite' : `review.backup-${age + 1}.sqlite`)
}

/** Unpacks a backup to `file`. What is wrong with it, null when it is sound; then the file is there, else it is not. */
export function unpackBackup(backup: string, file: string, alone: boolean): string | null {
  const damage = unpack(backup, file) ?? findDamage(file, alone)
  if (damage !== null) rmSync(file, { force: true })
  return damage
}

function unpack(backup: string, file: string): string | null {
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
    return 'file is no readable gzip archive'
  }
}

/** Backs up review.sqlite now and then and at the end, whenever something has changed since the last time. */
export class Backups {
  private changesBefore: number
  private readonly timer: NodeJS.Timeout
  private underWay: Promise<void> = Promise.resolve()

  constructor(
    private readonly review: Database,
    private readonly folder: string,
    onFailure: (error: unknown) => void,
    everyMs = INTERVAL_MS,
  ) {
    this.changesBefore = this.changes()
    this.timer = setInterval(() => void this.save().catch(onFailure), everyMs).unref()
  }

  /** Copies and compresses the file where something changed, or where there is no copy yet. A copy is whole before it counts. */
  save(): Promise<void> {
    this.underWay = this.underWay.catch(() => undefined).then(() => this.copy())
    return this.underWay
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private async copy(): Promise<void> {
    const packed = (age: number) => `${plainFile(this.folder, age)}.gz`
    const changes = this.changes()
    if (changes === this.changesBefore && existsSync(packed(0))) return
    const copy = join(this.folder, 'review.backup.part')
    const part = `${copy}.gz`
    try {
      await this.review.backup(copy)
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
      rmSync(copy, { force: true })
    }
    for (let age = KEPT - 1; age > 0; age -= 1) {
      if (existsSync(packed(age - 1))) renameSync(packed(age - 1), packed(age))
    }
    renameSync(part, packed(0))
    for (const oldest of backupFiles(this.folder).slice(KEPT)) rmSync(oldest)
    this.changesBefore = changes
  }

  /** Rows changed by this connection, which is the only one that writes. */
  private changes(): number {
    return this.review.prepare<[], number>(`SELECT total_changes()`).pluck().get() ?? 0
  }
}
