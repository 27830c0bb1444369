import { writeFile } from 'node:fs/promises'
import type { ExportReport } from '@shared/api'
import { writeThroughDraft } from '../../exports/draft'
import type { CommandContext } from '../command'

/** One thing that `export` can write. */
export interface ExportKind {
  /** The word after --what. */
  what: string
  /** Words after --format. */
  formats: readonly string[]
  /** Options that it takes beyond --project, --run, --filter and --out. */
  options?: readonly string[]
  /** Writes it to `out`. The format is one of `formats`. Throws HeadlightError. */
  write(context: CommandContext, format: string, out: string): Promise<FileReport>
}

/** What is told of a file that was written. */
export type FileReport = Pick<ExportReport, 'out' | 'bytes'> & Partial<ExportReport>

/** Writes a whole file or none: an earlier file of that name stays until the new one is complete. */
export async function writeWhole(out: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<FileReport> {
  return writeThroughDraft(out, (file) => writeFile(file, content))
}
