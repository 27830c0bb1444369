import { basename } from 'node:path'
import type { Database } from 'better-sqlite3'
import { type DatabaseFile, openDatabase, setAside } from '../project/database-file'
import { highestThumbnail } from '../samples/thumbnail-file'
import { findConflict, joinFiles } from './join-files'

/**
 * Opens both databases of a project, to be read together: a cache that belongs to another review file is set aside first,
 * with a notice. Each database that is opened is handed to `onOpened`, so that the caller can close it when this throws.
 */
export function openTogether(
  folder: string,
  files: Record<'review' | 'cache', DatabaseFile>,
  alone: boolean,
  onOpened: (database: Database) => void,
): { review: Database; cache: Database; notices: string[] } {
  const open = (file: DatabaseFile) => {
    const database = openDatabase(file, alone)
    onOpened(database)
    return database
  }
  const review = open(files.review)
  let cache = open(files.cache)
  const notices: string[] = []
  const conflict = findConflict({ review, cache })
  if (conflict !== null) {
    cache.close()
    notices.push(sentence(conflict, basename(setAside(files.cache.file, new Date(), 'unrelated'))))
    cache = open(files.cache)
  }
  joinFiles({ review, cache }, highestThumbnail(folder, alone))
  return { review, cache, notices }
}

function sentence(conflict: string, aside: string): string {
  return `cache.sqlite does not belong to this review.sqlite (${conflict}); it was set aside as ${aside}. Resume the runs to compute their results again; the results in that file come back where it lies as cache.sqlite in a folder of its own whose name ends in .headlight.`
}
