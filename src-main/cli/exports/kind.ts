import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { CommandContext } from '../command'

export interface ExportReport {
  /** The file that was written. */
  out: string
  bytes: number
}

/** One thing that `export` can write. */
export interface ExportKind {
  /** The word after --what. */
  what: string
  /** Words after --format. */
  formats: readonly string[]
  /** Options that it takes beyond --project, --run, --filter and --out. */
  options?: readonly string[]
  /** Writes it to `out`. The format is one of `formats`. Throws HeadlightError. */
  write(context: CommandContext, format: string, out: string): Promise<ExportReport>
}

/** Writes a whole file or none: an earlier file of that name stays until the new one is complete. */
export async function writeWhole(out: string, content: Uint8Array): Promise<ExportReport> {
  const path = resolve(out)
  const draft = `${path}.${process.pid}.part`
  try {
    await writeFile(draft, content)
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new HeadlightError('not-writable', `${path} cannot be written; choose a folder that you may write to.`, {
      cause,
    })
  }
  return { out: path, bytes: content.byteLength }
}
