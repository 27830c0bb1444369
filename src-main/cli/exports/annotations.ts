import { resolve } from 'node:path'
import { askAnnotations } from '../annotations'
import { openRun } from '../open-project'
import { required, text } from '../options'
import { type ExportKind, writeWhole } from './kind'

/** Annotations of the project, or with --filter of the samples of a run that fit. docs/ANNOTATIONS.md has the schema. */
export const exportedAnnotations: ExportKind = {
  what: 'annotations',
  formats: ['csv', 'json'],
  async write({ options, backend }, format, out) {
    const { library } = backend()
    const filter = text(options, 'filter')
    const isPart = filter !== undefined || text(options, 'run') !== undefined
    const run = isPart ? await openRun(backend(), options) : null
    if (!run) await library.open(resolve(required(options, 'project')))
    const content = await askAnnotations(library, 'annotations.export', {
      format: format === 'csv' ? 'csv' : 'json',
      runId: run?.id,
      filter,
    })
    return writeWhole(out, content)
  },
}
