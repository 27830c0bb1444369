import { toErrorValue } from '@shared/errors'
import type { Library } from './compute-source'

const TRIES = 3

/** What a run needs of the library. All of it may be asked twice: a batch that was written already is passed over. */
export type RunLibrary = Pick<Library, 'commit' | 'pending' | 'run' | 'project' | 'setRunState' | 'setRunProvider'>

/**
 * The library over its deaths: a call that died with its process is asked again of the next one, which has opened the
 * project by then. `onBack` is called first, since a project that is opened has no run that runs.
 */
export function steadyLibrary(library: RunLibrary, onBack: () => Promise<void>): RunLibrary {
  async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        if (tries > 1) await onBack()
        return await call()
      } catch (error) {
        if (toErrorValue(error).code !== 'process-died' || tries === TRIES) throw error
      }
    }
  }
  return {
    commit: (...args) => ask(() => library.commit(...args)),
    pending: (...args) => ask(() => library.pending(...args)),
    run: (...args) => ask(() => library.run(...args)),
    project: () => ask(() => library.project()),
    setRunState: (...args) => ask(() => library.setRunState(...args)),
    setRunProvider: (...args) => ask(() => library.setRunProvider(...args)),
  }
}
