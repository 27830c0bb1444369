import { annotationParts } from '@shared/api/annotation-parts'
import { annotationLines } from '../../library/annotations/written-file'
import { aboutExport } from '../about'
import type { Chosen, ExportSource } from '../source'
import type { CellValue, Column, Table } from '../table'

const COLUMNS: readonly Column[] = [
  { name: 'sample', type: 'text', meaning: 'Path of the image, relative to its dataset.' },
  { name: 'hash', type: 'text', meaning: 'SHA-256 of the image file, hexadecimal.' },
  { name: 'kind', type: 'text', meaning: 'tag, verdict, note, region or settled.' },
  { name: 'text', type: 'text', meaning: "The tag, the verdict, the note or the region's name." },
  { name: 'region', type: 'text', meaning: "A region's id." },
  { name: 'shape', type: 'text', meaning: "A region's shape as JSON, in pixels of the upright image." },
  { name: 'reviewer', type: 'text', meaning: 'Who said it.' },
  { name: 'run', type: 'text', meaning: 'Name of the run that was in view.' },
  { name: 'createdAt', type: 'text', meaning: 'When, ISO 8601 in UTC.' },
  { name: 'changedAt', type: 'text', meaning: 'Last changed, ISO 8601 in UTC.' },
  {
    name: 'dataset_label',
    type: 'text',
    meaning:
      "The sample's label as the dataset writes it, in the exported run, else in `run`; missing without one and where no run or several have that name.",
  },
  {
    name: 'label',
    type: 'text',
    meaning: "Name of the class that it is matched with; the dataset's own where the model has no such class.",
  },
  { name: 'split', type: 'text', meaning: 'The part of the dataset that it belongs to; missing without one.' },
]

/** Annotations that are decoded at a time. */
const BLOCK = 256

/** What reviewers said, one annotation a row; without a chosen run, of the whole project. */
export async function annotationTable(source: ExportSource, chosen: Chosen | null): Promise<Table> {
  const { annotations } = source.library
  const asked = { format: 'json', runId: chosen?.run.id, filter: chosen?.filter } as const
  const { total } = await annotations.export(asked)
  return {
    what: 'annotations',
    columns: COLUMNS,
    about: aboutExport(source.program, source.project, chosen?.run ?? null, chosen?.filter ?? ''),
    total,
    async *blocks() {
      const parts = annotationParts((after) => annotations.export({ ...asked, after }))
      let rows: Record<string, unknown>[] = []
      const block = () => ({
        rows: rows.length,
        read: rows.length,
        values: COLUMNS.map(({ name }) => rows.map((annotation) => cell(annotation[name]))),
      })
      for await (const line of annotationLines(parts)) {
        rows.push(JSON.parse(line.toString()) as Record<string, unknown>)
        if (rows.length < BLOCK) continue
        yield block()
        rows = []
      }
      if (rows.length > 0) yield block()
    },
  }
}

function cell(value: unknown): CellValue {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
