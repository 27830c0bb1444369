/** The library process: the SQLite files of the open project. Its query threads start from this file as well. */
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { serve } from '../process'

if (isMainThread) {
  // Ctrl-C reaches every process of a terminal; this one ends when its parent is done with it.
  process.on('SIGINT', () => undefined)
  const { Library } = await import('../library/library')
  const { nameFullDisks } = await import('../library/name-full-disks')
  // Others are told of the program that a user started, which is this process's parent.
  const holder = { pid: process.ppid, program: process.argv[2] ?? 'headlight' }
  const library = new Library(holder, fileURLToPath(import.meta.url))
  serve(nameFullDisks(library), { onStop: () => library.close() })
} else {
  const { serveQueries } = await import('../library/queries/query-thread')
  serveQueries()
}
