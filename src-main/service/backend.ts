import { join } from 'node:path'
import type { ComputeApi } from '../compute/api'
import type { LibraryApi } from '../library/api'
import { type ProcessHost, type Remote, spawnProcess } from '../process'
import { LivingProcess } from './living-process'

type ChildName = 'library' | 'compute'

export interface BackendOptions {
  /** The files that the children start with. */
  entries: Record<ChildName, string>
  /** What was started, as others are told who wait for the same project. */
  program?: string
  /** Options of the children's Node. */
  execArgv?: string[]
  /** Starts children; plain Node unless told otherwise. */
  host?: ProcessHost
  /** A child ended without being asked to. */
  onDeath?(name: ChildName, lastWords: string): void
}

/** The two processes that do the work, started on demand and again after a death. */
export interface Backend {
  library: Remote<LibraryApi>
  compute: LivingProcess<ComputeApi>
  dispose(): Promise<void>
}

/** The built entries, from the folder that they lie in. */
export function builtEntries(folder: string): Record<ChildName, string> {
  return { library: join(folder, 'library.js'), compute: join(folder, 'compute.js') }
}

/** Used by the command line, the web host and the desktop application alike. */
export function createBackend({ entries, program = 'headlight', execArgv, host, onDeath }: BackendOptions): Backend {
  const living = <Api>(name: ChildName) =>
    new LivingProcess<Api>(
      () => spawnProcess(entries[name], { name, args: [program], host, execArgv }),
      ({ lastWords }) => onDeath?.(name, lastWords),
    )
  const compute = living<ComputeApi>('compute')
  const library = living<LibraryApi>('library')
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
