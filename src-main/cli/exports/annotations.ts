import { annotationParts } from '@shared/api/annotation-parts'
import { annotationTable, exportTable, TABLE_FORMATS } from '../../exports/export-table'
import { checkedInput } from '../annotations'
import { openRun } from '../open-project'
import { text } from '../options'
import { type ExportKind, writeWhole } from './kind'
import { openSource, watched } from './tables'

/** Annotations of the project, or with --filter of the samples of a run that fit. docs/ANNOTATIONS.md has the schema. */
export const exportedAnnotations: ExportKind = {
  what: 'annotations',
  formats: TABLE_FORMATS,
  async write(context, format, out) {
    const { options, backend } = context
    const { library } = backend()
    const filter = text(options, 'filter')
    const isPart = filter !== undefined || text(options, 'run') !== undefined
    const run = isPart ? await openRun(backend(), options) : null
    if (!run) await openSource(context)
    if (format === 'parquet' || format === 'npz') {
      const source = await openSource(context)
      const chosen = run && { run, filter: filter ?? '' }
      return exportTable(await annotationTable(source, chosen), format, out, watched(context))
    }
    const asked = { format: format === 'csv' ? 'csv' : 'json', runId: run?.id, filter } as const
    const input = checkedInput('annotations.export', asked)
    return writeWhole(
      out,
      annotationParts((after) => library.annotations.export({ ...input, after })),
    )
  },
}
