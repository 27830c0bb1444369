import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'

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
    await makeFolder(dirname(out))
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

/**
 * A folder and those above it. Node's own recursive mkdir tries for ever where a folder is there that nothing can be
 * made in because the system says "not found" (/proc, some automounted folders).
 */
async function makeFolder(path: string): Promise<void> {
  const existing = await stat(path).catch(() => null)
  if (existing?.isDirectory()) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch(async (error: unknown) => {
    // Another export may have made it in the meantime.
    if (!(await stat(path).catch(() => null))?.isDirectory()) throw error
  })
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
