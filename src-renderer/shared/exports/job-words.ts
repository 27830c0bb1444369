/** An export in words: what it writes, and how far it is. */
import type { ExportJob } from '@shared/api'
import { formatBytes, formatCount } from '../../ui/format'
import { FORMAT_NAMES, WHAT_NAMES } from './export-form'

export function jobName({ what, format }: ExportJob): string {
  return what === 'report' ? 'Report' : `${WHAT_NAMES[what].name}, ${FORMAT_NAMES[format] ?? format}`
}

export function statusText({ what, state, done, total, report }: ExportJob): string {
  switch (state) {
    case 'running':
      return total === 0 ? 'Beginning' : `${formatCount(done)} of ${formatCount(total)}`
    case 'paused':
      return `Paused at ${formatCount(done)} of ${formatCount(total)}`
    case 'finished':
      return report === null ? 'Written' : `Written: ${writtenText(what, report.rows)}, ${formatBytes(report.bytes)}`
    case 'failed':
      return 'Failed'
    case 'cancelled':
      return 'Cancelled'
  }
}

const UNITS: Partial<Record<ExportJob['what'], [one: string, many: string]>> = {
  overlays: ['file', 'files'],
  report: ['sample', 'samples'],
}

function writtenText(what: ExportJob['what'], rows: number): string {
  const [one, many] = UNITS[what] ?? ['row', 'rows']
  return `${formatCount(rows)} ${rows === 1 ? one : many}`
}
