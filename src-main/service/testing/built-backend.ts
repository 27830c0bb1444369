import { type Backend, createBackend } from '../backend'
import { BUILT } from './built-program'

/** The real two processes. */
export function builtBackend() {
  return createBackend({ entries: BUILT })
}

/**
 * The same two processes for every command of a test file: starting them costs seconds each time. A command that ends closes the
 * project, as its own processes would, so that the next one reads it from the disk again. `end` belongs into an afterAll.
 */
export function sharedBackend() {
  let backend: Backend | null = null
  return {
    start(): Backend {
      const own = (backend ??= builtBackend())
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
