import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { makeFolder } from '../library/project/make-folder'

/**
 * Writes a whole file or none: `write` fills a draft beside it, which takes the file's name when it is complete. An
 * earlier file of that name stays until then. Throws 'not-writable', 'disk-full'.
 */
export async function writeThroughDraft(
  path: string,
  write: (file: FileHandle, draft: string) => Promise<void>,
): Promise<{ out: string; bytes: number }> {
  const out = resolve(path)
  const draft = `${out}.${process.pid}-${randomBytes(3).toString('hex')}.part`
  try {
    makeFolder(dirname(out))
    const file = await open(draft, 'w')
    try {
      await write(file, draft)
    } finally {
      await file.close()
    }
    const { size } = await stat(draft)
    await rename(draft, out)
    return { out, bytes: size }
  } catch (error) {
    // What went wrong first is what is told.
    await rm(draft, { force: true }).catch(() => undefined)
    throw writeError(out, error)
  }
}

/** Errors of the file system become sentences; others stay what they are. */
export function writeError(path: string, error: unknown): unknown {
  if (error instanceof HeadlightError || !(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new HeadlightError('disk-full', `There is no room for ${path}; choose another disk.`, { cause: error })
  }
  return new HeadlightError('not-writable', `${path} cannot be written; choose a folder that you may write to.`, {
    cause: error,
  })
}
