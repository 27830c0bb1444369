/** The library process: the SQLite files of the open project. Its threads start from this file as well. */
import { fileURLToPath } from 'node:url'
import { isMainThread, workerData } from 'node:worker_threads'
import { toErrorValue } from '@shared/errors'
import { serve } from '../process'

if (isMainThread) {
  // What this process writes is the project's: annotations, paths, thumbnails. It is the user's alone, whatever the umask.
  process.umask(0o077)
  // Ctrl-C reaches every process of a terminal; this one ends when its parent is done with it.
  process.on('SIGINT', () => undefined)
  const { Library } = await import('../library/library')
  const { nameFullDisks } = await import('../library/name-full-disks')
  // Others are told of the program that a user started, which is this process's parent.
  const holder = { pid: process.ppid, program: process.argv[2] ?? 'headlight' }
  const library = nameFullDisks(new Library(holder, fileURLToPath(import.meta.url)))
  serve(library, { onStop: () => library.project.close().catch(tellUnsaved) })
} else if ('copyOfReview' in workerData) {
  const { answerCopyCheck } = await import('../library/project/check-copy')
  answerCopyCheck()
} else {
  const { serveQueries } = await import('../library/queries/query-thread')
  serveQueries()
}

/** Everything is saved by the time of closing but the backup. */
function tellUnsaved(error: unknown): void {
  console.error(`headlight: The project was closed without a new backup. ${toErrorValue(error).message}`)
}
