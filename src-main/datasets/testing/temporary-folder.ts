import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A folder of its own for each test of a file. Outside a test there is none, and asking for it throws. */
export function temporaryFolder() {
  let root: string | null = null
  const inside = (...parts: string[]) => {
    if (root === null) throw new Error('A temporary folder exists only while a test runs.')
    return join(root, ...parts)
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headlight-datasets-'))
  })
  afterEach(() => {
    rmSync(inside(), { recursive: true })
    root = null
  })
  return {
    path: inside,
    /** Writes a file and the folders above it; gives its path. */
    write(path: string, content: Uint8Array | string = ''): string {
      const file = inside(path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
  }
}
