import { userInfo } from 'node:os'
import type { Project } from '../project/project'
import { keptStatement, keptValue } from '../project/kept-statements'

/** Who annotates in this project now: the chosen name, otherwise the user's name on this machine. */
export function readReviewer({ review }: Project): string {
  const chosen = keptValue<[], string>(review, `SELECT value FROM setting WHERE key = 'reviewer'`).get()
  return chosen ?? machineUser()
}

export function writeReviewer({ review }: Project, name: string): void {
  keptStatement(
    review,
    `INSERT INTO setting (key, value) VALUES ('reviewer', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  ).run(name)
}

/** A system without an entry for the user (some containers) makes userInfo throw. */
function machineUser(): string {
  try {
    return userInfo().username.trim().normalize('NFC') || 'reviewer'
  } catch {
    return 'reviewer'
  }
}
