import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { builtEntries, createBackend } from '../service/backend'
import { createService } from '../service/service'
import { entryFolderOf } from './entry-folder'
import { openBrowser } from './browser'
import { interruptedStatus } from './interrupt'
import { startWebHost } from './web-host'

export interface ServeWindowOptions {
  /** A project to open before the first window connects. */
  project: string | null
  /** Projects, models and images that the first window is to open. */
  paths: string[]
  host: string
  /** 0 takes a free one. */
  port: number
  /** Open the browser, where there is one. */
  open: boolean
  /** Ends it. */
  signal: AbortSignal
}

/** Serves the window to browsers until interrupted, then finishes the batch under way. Gives the exit status. */
export async function serveWindow({ project, paths, host, port, open, signal }: ServeWindowOptions): Promise<number> {
  const entryFolder = entryFolderOf(import.meta.url)
  const backend = createBackend({ entries: builtEntries(entryFolder), program: 'headlight serve' })
  const service = createService(backend, 'browser')
  try {
    if (project) await service.open(project)
    for (const path of paths) service.offer(path)
    const windowFolder = join(dirname(entryFolder), 'renderer')
    const web = await startWebHost({ service, media: service.media, windowFolder, host, port })
    console.log(`Headlight is at ${web.url}`)
    console.error('Ctrl-C ends it; a run that computes is saved and can be resumed.')
    if (open) openBrowser(web.url)
    if (!signal.aborted) await once(signal, 'abort')
    await web.close()
    await service.close()
    return interruptedStatus()
  } finally {
    await backend.dispose()
  }
}
