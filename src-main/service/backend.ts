import { join } from 'node:path'
import type { ComputeApi } from '../compute/api'
import type { LibraryApi } from '../library/api'
import { type ProcessHost, type Remote, spawnProcess } from '../process'
import { LivingProcess } from './living-process'

export interface BackendOptions {
  /** Folder of the built entries: out/main. */
  entryFolder: string
  /** Starts children; plain Node unless told otherwise. */
  host?: ProcessHost
  /** A child ended without being asked to. */
  onDeath?(name: 'library' | 'compute', lastWords: string): void
}

/** The two processes that do the work, started on demand and again after a death. */
export interface Backend {
  library: Remote<LibraryApi>
  compute: LivingProcess<ComputeApi>
  dispose(): Promise<void>
}

/** Used by the command line, the web host and the desktop application alike. */
export function createBackend({ entryFolder, host, onDeath }: BackendOptions): Backend {
  const compute = new LivingProcess<ComputeApi>(
    () => spawnProcess(join(entryFolder, 'compute.js'), { name: 'compute', host }),
    ({ lastWords }) => onDeath?.('compute', lastWords),
  )
  const library = new LivingProcess<LibraryApi>(
    () => spawnProcess(join(entryFolder, 'library.js'), { name: 'library', host }),
    ({ lastWords }) => onDeath?.('library', lastWords),
  )
  return {
    library: reopening(library),
    compute,
    async dispose() {
      // The library last: a run that ends with its compute process still writes down how far it came.
      await compute.dispose()
      await library.dispose()
    },
  }
}

/** The library's api over its deaths: a new process opens the project that the dead one had open, then answers. */
function reopening(library: LivingProcess<LibraryApi>): Remote<LibraryApi> {
  let openPath: string | null = null
  let opened: Remote<LibraryApi> | null = null
  let opening: Promise<unknown> = Promise.resolve()

  const ready = async (): Promise<Remote<LibraryApi>> => {
    const api = library.acquire()
    if (api !== opened) {
      opened = api
      opening = openPath === null ? Promise.resolve() : api.open(openPath)
    }
    await opening
    return api
  }

  return new Proxy({} as Remote<LibraryApi>, {
    get(_target, name: keyof LibraryApi | 'then') {
      if (name === 'then') return undefined
      return async (...args: never[]) => {
        const opens = name === 'open' || name === 'create'
        if (opens || name === 'close') openPath = null
        const api = await ready()
        const result = await (api[name] as (...args: never[]) => Promise<unknown>)(...args)
        if (opens) openPath = (result as { path: string }).path
        return result
      }
    },
  })
}
