import { statSync } from 'node:fs'

/** Whether two paths mean one file or folder: names in other case on such disks, hard links, mounts. */
export function isSameFile(path: string, other: string): boolean {
  if (path === other) return true
  const [found, wanted] = [identityOf(path), identityOf(other)]
  return found !== null && found === wanted
}

/** Of those known, the path that means the same and differs in case alone, as on the disks of macOS and Windows; otherwise `path`. */
export function knownSpelling(path: string, known: readonly string[]): string {
  if (known.includes(path)) return path
  return known.find((other) => folded(other) === folded(path) && isSameFile(other, path)) ?? path
}

/** macOS keeps names in either normal form. */
const folded = (path: string) => path.normalize('NFC').toLowerCase()

/** Null for what is not there, or cannot be looked at. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return ino === 0n ? null : `${dev} ${ino}`
  } catch {
    return null
  }
}
