import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { isRegularFile } from '@headlight/explain/files'

const recordSchema = z.record(z.string(), z.object({ bytes: z.number(), changedMs: z.number() }))
type Closed = z.infer<typeof recordSchema>

/**
 * What the databases were when the project was closed in order. Checking the structure of a file reads all of it, which
 * takes long for gigabytes: a file that is still what it was then need not be checked when it is opened again.
 */
export class ClosedFiles {
  readonly #closed: Closed

  private constructor(closed: Closed) {
    this.#closed = closed
  }

  /** Reads the record and takes it away: it counts once, and not after the program was killed. */
  static take(folder: string): ClosedFiles {
    const record = recordFile(folder)
    try {
      if (!isRegularFile(record)) return new ClosedFiles({})
      return new ClosedFiles(recordSchema.parse(JSON.parse(readFileSync(record, 'utf8'))))
    } catch {
      // Missing or unreadable: every file is checked.
      return new ClosedFiles({})
    } finally {
      rmSync(record, { force: true })
    }
  }

  /**
   * Records that these files were closed in order. A file with a journal was not: another connection still has it. An
   * empty one is what a network disk keeps.
   */
  static write(folder: string, files: readonly string[]): void {
    const closed = files.filter((file) => isEmpty(`${file}-wal`) && isEmpty(`${file}-journal`))
    const record = Object.fromEntries(closed.map((file) => [basename(file), stateOf(file)]))
    writeFileSync(recordFile(folder), `${JSON.stringify(record)}\n`)
  }

  /** Records that these files are to be read through: damage was met in them. */
  static doubt(folder: string, files: readonly string[]): void {
    const record = Object.fromEntries(files.map((file) => [basename(file), { bytes: -1, changedMs: 0 }]))
    writeFileSync(recordFile(folder), `${JSON.stringify(record)}\n`)
  }

  /** Whether there is a record of a file: it was not cut off by a kill. */
  isRecorded(file: string): boolean {
    return basename(file) in this.#closed
  }

  /** Whether a file is as it was closed. A program that only read it since leaves an empty write-ahead log. */
  isAsClosed(file: string): boolean {
    const known = this.#closed[basename(file)]
    if (known === undefined || !isEmpty(`${file}-wal`) || !existsSync(file)) return false
    const { bytes, changedMs } = stateOf(file)
    return known.bytes === bytes && known.changedMs === changedMs
  }
}

function isEmpty(journal: string): boolean {
  return (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) === 0
}

function stateOf(file: string): Closed[string] {
  const { size, mtimeMs } = statSync(file)
  return { bytes: size, changedMs: Math.floor(mtimeMs) }
}

function recordFile(folder: string): string {
  return join(folder, 'closed.json')
}
