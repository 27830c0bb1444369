import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { OVERLAY_SIZE, type RunInfo } from '@shared/api'
import { PausableControl } from '../../exports/control'
import { exportTable, type RunTable, runTable, type TableFormat } from '../../exports/export-table'
import { exportOverlays } from '../../exports/overlays/export-overlays'
import { DEFAULT_PATTERN } from '../../exports/overlays/file-names'
import type { ExportSource } from '../../exports/source'
import type { FigureSource } from '../../figures/source'

/** What writing one table cost. Memory is resident, of this process and the library's together. */
export interface TableTiming {
  what: RunTable
  format: TableFormat
  rows: number
  seconds: number
  bytes: number
  /** Highest while the first tenth of the samples was written, and while the rest was. */
  firstTenthBytes: number
  highestBytes: number
}

const SAMPLED_MS = 1000

/** Writes one table of every sample of a run into `folder`, where it does not stay. */
export async function timeTable(
  source: ExportSource,
  run: RunInfo,
  { what, format }: { what: RunTable; format: TableFormat },
  folder: string,
  signal: AbortSignal,
  status: (text: string) => void,
): Promise<TableTiming> {
  const file = join(folder, `${what}.${format}`)
  let [firstTenthBytes, highestBytes, done, total] = [0, 0, 0, 1]
  const sample = async () => {
    const bytes = process.memoryUsage.rss() + (await source.library.upkeep.memory()).bytes
    if (done < total / 10) firstTenthBytes = Math.max(firstTenthBytes, bytes)
    highestBytes = Math.max(highestBytes, bytes)
  }
  const tick = () => {
    status(`${what} as ${format}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} samples`)
    // A library that does not answer ends the export itself.
    sample().catch(() => clearInterval(timer))
  }
  await sample()
  const timer = setInterval(tick, SAMPLED_MS)
  try {
    const control = new PausableControl((...now) => void ([done, total] = now), signal)
    const started = performance.now()
    const table = await runTable(source, what, { run, filter: '' })
    const { rows, bytes } = await exportTable(table, format, file, control)
    const seconds = (performance.now() - started) / 1000
    await sample()
    return { what, format, rows, seconds, bytes, firstTenthBytes, highestBytes }
  } finally {
    clearInterval(timer)
    rmSync(file, { force: true })
  }
}

/** Seconds for every overlay of a run as PNG of the usual size in a new `folder`, and how many there are. */
export async function timeOverlays(
  source: ExportSource & Pick<FigureSource, 'picture'>,
  run: RunInfo,
  folder: string,
  signal: AbortSignal,
  status: (text: string) => void,
): Promise<{ files: number; seconds: number; size: number }> {
  const control = new PausableControl((done, total) => {
    if (done % 100 === 0) status(`overlays: ${done} of ${total}`)
  }, signal)
  const method = run.definition.methods[0] ?? 'gmar_l1'
  const size = OVERLAY_SIZE.default
  const options = { format: 'png' as const, method, size, pattern: DEFAULT_PATTERN, skipExisting: false, boxes: true }
  const started = performance.now()
  const { rows } = await exportOverlays(source, { run, filter: '' }, options, folder, control)
  return { files: rows, seconds: (performance.now() - started) / 1000, size }
}
