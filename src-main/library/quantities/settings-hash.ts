import { createHash } from 'node:crypto'

/** SHA-256 of settings as stable JSON, hexadecimal: quantities and vectors of other settings are other ones. */
export function hashOf(settings: string): string {
  return createHash('sha256').update(settings).digest('hex')
}
