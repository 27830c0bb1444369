import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A folder of its own for each test of a file. */
export function temporaryFolder() {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headlight-datasets-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))
  return {
    path: (...parts: string[]) => join(root, ...parts),
    /** Writes a file and the folders above it; gives its path. */
    write(path: string, content: Uint8Array | string = ''): string {
      const file = join(root, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
  }
}
