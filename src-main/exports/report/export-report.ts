import { writeFile } from 'node:fs/promises'
import type { ExportReport } from '@shared/api'
import { aboutExport } from '../about'
import type { JobControl } from '../control'
import { writeThroughDraft } from '../draft'
import type { Chosen } from '../source'
import { gatherReview, type ReportSource } from './gather'
import { reportPage } from './page'

/** A review as one self-contained HTML file: readable offline, printable, bounded in size. */
export async function exportReport(
  source: ReportSource,
  chosen: Chosen,
  out: string,
  control: JobControl,
): Promise<ExportReport> {
  const review = await gatherReview(source, chosen, control)
  const page = reportPage(review, aboutExport(source.program, source.project, chosen.run, chosen.filter))
  const file = await writeThroughDraft(out, (handle) => writeFile(handle, page))
  const { annotated, failures } = review
  const shown = annotated.cards.length + failures.cards.length
  return { ...file, rows: shown, leftOut: annotated.total + failures.total - shown, beside: [] }
}
