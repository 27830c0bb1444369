import { writeFile } from 'node:fs/promises'
import { type ExportReport, TABLE_FORMATS } from '@shared/api'
import type { JobControl } from './control'
import { writeThroughDraft } from './draft'
import { writeCsv } from './formats/csv'
import { writeJson } from './formats/json'
import { writeNpz } from './formats/npz'
import { writeParquet } from './formats/parquet'
import type { Chosen, ExportSource } from './source'
import { metaOf, type Table } from './table'
import { annotationTable } from './tables/annotations'
import { mapTable } from './tables/maps'
import { predictionTable } from './tables/predictions'
import { scoreTable } from './tables/scores'
import { statisticsTable } from './tables/statistics'

export { TABLE_FORMATS }
export type TableFormat = (typeof TABLE_FORMATS)[number]

export const RUN_TABLES = {
  predictions: predictionTable,
  scores: scoreTable,
  maps: mapTable,
  statistics: statisticsTable,
}
export type RunTable = keyof typeof RUN_TABLES

/** The table of a run's results that `what` names. Throws FilterError. */
export function runTable(source: ExportSource, what: RunTable, chosen: Chosen): Promise<Table> {
  return RUN_TABLES[what](source, chosen)
}

export { annotationTable }

/**
 * Writes a table as one whole file, or none. CSV, which has no room for it, gets a data dictionary beside it,
 * `OUT.meta.json`. Throws 'not-writable', 'disk-full', 'cancelled'.
 */
export async function exportTable(
  table: Table,
  format: TableFormat,
  out: string,
  control: JobControl,
): Promise<ExportReport> {
  let rows = 0
  const file = await writeThroughDraft(out, async (handle, draft) => {
    rows = await writeAs(table, format, handle, draft, control)
  })
  const report = { ...file, rows, leftOut: Math.max(0, table.total - rows) }
  if (format !== 'csv') return { ...report, beside: [] }
  const meta = `${file.out}.meta.json`
  await writeThroughDraft(meta, (handle) => writeFile(handle, `${JSON.stringify(metaOf(table), null, 2)}\n`))
  return { ...report, beside: [meta] }
}

function writeAs(
  table: Table,
  format: TableFormat,
  handle: Parameters<typeof writeCsv>[1],
  draft: string,
  control: JobControl,
) {
  switch (format) {
    case 'csv':
      return writeCsv(table, handle, control)
    case 'json':
      return writeJson(table, handle, control)
    case 'parquet':
      return writeParquet(table, handle, control)
    case 'npz':
      return writeNpz(table, draft, control)
  }
}
