import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, createBackend } from '../backend'
import { programFolder } from '../places'
import { SHARED_CERTIFICATES } from './shared-certificates'

/** The real two processes, run from their sources, so that tests need no build. */
export function sourceBackend() {
  const main = join(programFolder(), 'src-main')
  const entry = (name: string) => join(main, 'entry', `${name}.ts`)
  return createBackend({
    entries: { library: entry('library'), compute: entry('compute'), exports: entry('exports') },
    execArgv: ['--import', join(main, 'process', 'fixtures', 'run-typescript.mjs')],
  })
}

/**
 * The same two processes for every command of a test file: starting them costs seconds each time. A command that ends closes the
 * project, as its own processes would, so that the next one reads it from the disk again. `end` belongs into an afterAll.
 */
export function sharedBackend() {
  let backend: Backend | null = null
  return {
    start(): Backend {
      const own = (backend ??= sourceBackend())
      let usedLibrary = false
      return {
        ...{ compute: own.compute, exportThread: own.exportThread, onDeath: own.onDeath },
        get library() {
          usedLibrary = true
          return own.library
        },
        dispose: async () => {
          if (usedLibrary) await own.library.project.close()
        },
      }
    },
    async end(): Promise<void> {
      await backend?.dispose()
      backend = null
    },
  }
}

/** A folder of its own; settings and projects of the service under test go there. Certificates are those of all tests. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-test-'))
  const config = join(folder, 'config')
  const certificates = process.env[SHARED_CERTIFICATES]
  if (certificates !== undefined) {
    mkdirSync(config)
    symlinkSync(certificates, join(config, 'certificates'), 'junction')
  }
  process.env.HEADLIGHT_CONFIG_DIR = config
  process.env.HEADLIGHT_DATA_DIR = join(folder, 'data')
  return folder
}
