/** The program's log: a few lines a session in the user's state folder, for bug reports. Nothing is ever sent anywhere. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { toErrorValue } from '@shared/errors'
import { isRegularFile, statOf } from '@headlight/explain/files'
import { stateFolder } from './places'

export type LogLevel = 'info' | 'warning' | 'error'

const MAX_BYTES = 512 * 1024
/** Files that are kept: the one that is written, and those before it. */
const KEPT = 3

/** One line a message: time, process, level, text, and facts as JSON. Bounded; several processes may write to it. */
export class ProgramLog {
  constructor(readonly folder: string) {}

  write(level: LogLevel, message: string, facts: Record<string, unknown> = {}): void {
    const detail = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`
    const line = `${new Date().toISOString()} ${process.pid} ${level} ${message}${detail}`.replace(/[\r\n]+/g, ' ')
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 })
      // A pipe would be waited for until somebody reads it.
      if (existsSync(this.#file(0)) && !isRegularFile(this.#file(0))) return
      this.#rotate()
      appendFileSync(this.#file(0), `${line}\n`, { mode: 0o600 })
    } catch {
      // A log that cannot be written (a full disk, a read-only home) must not stop what it tells about.
    }
  }

  /** Every log file that there is, newest first; one that cannot be read gives the reason instead of its text. */
  read(): { name: string; text: string }[] {
    return Array.from({ length: KEPT }, (_, age) => age)
      .filter((age) => existsSync(this.#file(age)))
      .map((age) => ({ name: nameOf(age), text: contentOf(this.#file(age)) }))
  }

  #rotate(): void {
    const size = statOf(this.#file(0))?.size ?? 0
    if (size < MAX_BYTES) return
    for (let age = KEPT - 1; age > 0; age--) {
      if (existsSync(this.#file(age - 1))) renameSync(this.#file(age - 1), this.#file(age))
    }
  }

  #file(age: number): string {
    return join(this.folder, nameOf(age))
  }
}

/** What a log says, or why it cannot be read: the others are reported all the same. */
function contentOf(file: string): string {
  if (!isRegularFile(file)) return 'This is not a regular file (a pipe, a folder or a device), and was not read.\n'
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return `This could not be read: ${toErrorValue(error).message}\n`
  }
}

const nameOf = (age: number) => (age === 0 ? 'headlight.log' : `headlight.${age}.log`)

/** The log of this user. */
export function programLog(): ProgramLog {
  return new ProgramLog(stateFolder())
}
