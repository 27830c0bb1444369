import { resolve } from 'node:path'
import { PausableControl } from '../../exports/control'
import {
  exportTable,
  RUN_TABLES,
  type RunTable,
  runTable,
  TABLE_FORMATS,
  type TableFormat,
} from '../../exports/export-table'
import type { ExportSource } from '../../exports/source'
import { programFolder } from '../../process/program-folder'
import { readVersion } from '../../service/places'
import type { CommandContext } from '../command'
import { openRun } from '../open-project'
import { required, text } from '../options'
import type { ExportKind } from './kind'

/** Results of a run's samples as tables; docs/EXPORTS.md has the columns. */
export const exportedTables: readonly ExportKind[] = (Object.keys(RUN_TABLES) as RunTable[]).map((what) => ({
  what,
  formats: TABLE_FORMATS,
  ...(what === 'predictions' && { options: ['columns'] }),
  async write(context, format, out) {
    const run = await openRun(context.backend(), context.options)
    const source = await openSource(context)
    // Commas inside of brackets stand between layer and head.
    const quantities =
      text(context.options, 'columns')
        ?.split(/,(?![^()]*\))/)
        .map((name) => name.trim()) ?? []
    const table = await runTable(source, what, { run, filter: text(context.options, 'filter') ?? '', quantities })
    return exportTable(table, format as TableFormat, out, watched(context))
  },
}))

/** The project of --project, opened where it is not yet. */
export async function openSource({ backend, options }: CommandContext): Promise<ExportSource> {
  const { library } = backend()
  const project =
    (await library.project.current()) ?? (await library.project.open({ path: resolve(required(options, 'project')) }))
  return { library, project, program: `Headlight ${readVersion(programFolder())}` }
}

const TOLD_MS = 1000

/** Tells how far it is, once a second, and ends with Ctrl-C. */
export function watched({ output, signal }: CommandContext): PausableControl {
  let told = performance.now()
  return new PausableControl((done, total) => {
    const now = performance.now()
    if (now - told < TOLD_MS) return
    told = now
    output.status(`${done} of ${total}`)
  }, signal)
}
