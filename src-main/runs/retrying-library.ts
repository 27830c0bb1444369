import { toErrorValue } from '@shared/errors'
import type { Library } from './compute-source'

const TRIES = 3

/** What a run needs of the library. All of it may be asked twice: a batch that was written already is passed over. */
export interface RunLibrary {
  project: Pick<Library['project'], 'current'>
  runs: Pick<Library['runs'], 'commit' | 'pending' | 'get' | 'setState' | 'setProvider'>
}

/**
 * The library with retries: a call that failed because its process died is repeated on the next process, which has opened the
 * project by then. `onRestart` is called first, since no run is marked as running in a project that was just opened.
 */
export function retryingLibrary(library: RunLibrary, onRestart: () => Promise<void>): RunLibrary {
  async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        if (tries > 1) await onRestart()
        return await call()
      } catch (error) {
        if (toErrorValue(error).code !== 'process-died' || tries === TRIES) throw error
      }
    }
  }
  const { project, runs } = library
  return {
    project: { current: () => ask(() => project.current()) },
    runs: {
      commit: (input) => ask(() => runs.commit(input)),
      pending: (input) => ask(() => runs.pending(input)),
      get: (input) => ask(() => runs.get(input)),
      setState: (input) => ask(() => runs.setState(input)),
      setProvider: (input) => ask(() => runs.setProvider(input)),
    },
  }
}
