import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'

/** Backups that are kept: of the last times that something had changed. */
const KEPT = 3
const INTERVAL_MS = 10 * 60_000

/** Copies of the precious file beside it, newest first. */
export function backupFiles(folder: string): string[] {
  return Array.from({ length: KEPT }, (_, age) =>
    join(folder, age === 0 ? 'review.backup.sqlite' : `review.backup-${age + 1}.sqlite`),
  )
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

  /** Copies the file where something changed, or where there is no copy yet. A copy is whole before it counts. */
  save(): Promise<void> {
    this.underWay = this.underWay.catch(() => undefined).then(() => this.copy())
    return this.underWay
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private async copy(): Promise<void> {
    const files = backupFiles(this.folder)
    const [newest] = files
    if (newest === undefined) return
    const changes = this.changes()
    if (changes === this.changesBefore && existsSync(newest)) return
    const part = `${newest}.part`
    try {
      await this.review.backup(part)
    } catch (error) {
      // Half a copy is of no use, and takes room that may be what was lacking.
      rmSync(part, { force: true })
      throw error
    }
    for (let age = files.length - 1; age > 0; age -= 1) {
      const [older, newer] = [files[age], files[age - 1]]
      if (older !== undefined && newer !== undefined && existsSync(newer)) renameSync(newer, older)
    }
    renameSync(part, newest)
    this.changesBefore = changes
  }

  /** Rows changed by this connection, which is the only one that writes. */
  private changes(): number {
    return this.review.prepare<[], number>(`SELECT total_changes()`).pluck().get() ?? 0
  }
}
