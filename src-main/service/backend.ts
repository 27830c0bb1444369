import { join } from 'node:path'
import type { ProjectInfo } from '@shared/api'
import type { ComputeApi } from '../compute/api'
import type { LibraryApi } from '../library/api'
import { callMethod, type ProcessExit, type ProcessHost, type Remote, remoteOf, spawnProcess } from '../process'
import type { ExportThreadOptions } from './export-thread'
import { LivingProcess } from './living-process'
import { programLog } from './program-log'

export type ChildName = 'library' | 'compute'

export interface BackendOptions {
  /** The files that the children and the thread of exports start with. */
  entries: Entries
  /** What was started, as others are told who wait for the same project. */
  program?: string
  /** Starts children; plain Node unless told otherwise. */
  host?: ProcessHost
}

type Entries = Record<ChildName | 'exports', string>

/** The two processes that do the work, started on demand and again after a death. */
export interface Backend {
  library: Remote<LibraryApi>
  compute: LivingProcess<ComputeApi>
  /** How the thread of figures and exports is started. */
  exportThread: Pick<ExportThreadOptions, 'entryFile'>
  /** Hears of every child that ended without being asked to; the next call starts another. */
  onDeath(listener: (name: ChildName, exit: ProcessExit) => void): void
  dispose(): Promise<void>
}

/** The built entries, from the folder that they lie in. */
export function builtEntries(folder: string): Entries {
  const entry = (name: keyof Entries) => join(folder, `${name}.js`)
  return { library: entry('library'), compute: entry('compute'), exports: entry('exports') }
}

/** Used by the command line, the web host and the desktop application alike. */
export function createBackend({ entries, program = 'headlight', host }: BackendOptions): Backend {
  const listeners: Parameters<Backend['onDeath']>[0][] = []
  const living = <Api>(name: ChildName) =>
    new LivingProcess<Api>(
      () => spawnProcess(entries[name], { name, args: [program], host }),
      (exit) => {
        const { code, signal, lastWords } = exit
        programLog().write('error', 'process ended', { name, code, signal, lastWords })
        listeners.forEach((tell) => tell(name, exit))
      },
    )
  const compute = living<ComputeApi>('compute')
  const library = living<LibraryApi>('library')
  return {
    library: reopening(library),
    compute,
    exportThread: { entryFile: entries.exports },
    onDeath: (listener) => void listeners.push(listener),
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
      opening = openPath === null ? Promise.resolve() : api.project.open({ path: openPath })
    }
    await opening.catch((error: unknown) => {
      // The next call tries again: what stood in the way may pass.
      if (opened === api) opened = null
      throw error
    })
    return api
  }

  return remoteOf<LibraryApi>(async (path, args) => {
    const name = path.join('.')
    const opens = name === 'project.open' || name === 'project.create'
    if (opens || name === 'project.close') openPath = null
    const result = await callMethod(await ready(), path, args)
    if (opens) openPath = (result as ProjectInfo).path
    return result
  })
}
