import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBackend } from '../backend'
import { programFolder } from '../places'

/** The real two processes, run from their sources, so that tests need no build. */
export function sourceBackend() {
  const main = join(programFolder(), 'src-main')
  return createBackend({
    entries: { library: join(main, 'entry', 'library.ts'), compute: join(main, 'entry', 'compute.ts') },
    execArgv: ['--import', join(main, 'process', 'fixtures', 'run-typescript.mjs')],
  })
}

/** An empty folder of its own; settings and projects of the service under test go there as well. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-test-'))
  process.env.HEADLIGHT_CONFIG_DIR = join(folder, 'config')
  process.env.HEADLIGHT_DATA_DIR = join(folder, 'data')
  return folder
}
