import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

/** Writes one table of every sample of a run into a file that is thrown away. */
export async function timeTable(
  source: ExportSource,
  run: RunInfo,
  what: RunTable,
  format: TableFormat,
  signal: AbortSignal,
  status: (text: string) => void,
): Promise<TableTiming> {
  return inScratch(async (folder) => {
    let [firstTenthBytes, highestBytes, done, total] = [0, 0, 0, 1]
    const sample = async () => {
      const bytes = process.memoryUsage.rss() + (await source.library.memory()).bytes
      if (done < total / 10) firstTenthBytes = Math.max(firstTenthBytes, bytes)
      highestBytes = Math.max(highestBytes, bytes)
    }
    const tick = () => {
      status(`${what} as ${format}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} samples`)
      void sample()
    }
    await sample()
    const timer = setInterval(tick, SAMPLED_MS)
    try {
      const control = new PausableControl((...now) => void ([done, total] = now), signal)
      const started = performance.now()
      const table = await runTable(source, what, { run, filter: '' })
      const { rows, bytes } = await exportTable(table, format, join(folder, `${what}.${format}`), control)
      const seconds = (performance.now() - started) / 1000
      await sample()
      return { what, format, rows, seconds, bytes, firstTenthBytes, highestBytes }
    } finally {
      clearInterval(timer)
    }
  })
}

/** Seconds for every overlay of a run as PNG of the usual size, and how many there are. */
export async function timeOverlays(
  source: ExportSource & Pick<FigureSource, 'picture'>,
  run: RunInfo,
  signal: AbortSignal,
  status: (text: string) => void,
): Promise<{ files: number; seconds: number; size: number }> {
  return inScratch(async (folder) => {
    const control = new PausableControl((done, total) => {
      if (done % 100 === 0) status(`overlays: ${done} of ${total}`)
    }, signal)
    const method = run.definition.methods[0] ?? 'gmar_l1'
    const size = OVERLAY_SIZE.usual
    const options = { format: 'png' as const, method, size, pattern: DEFAULT_PATTERN, skipExisting: false }
    const started = performance.now()
    const { rows } = await exportOverlays(source, { run, filter: '' }, options, join(folder, 'overlays'), control)
    return { files: rows, seconds: (performance.now() - started) / 1000, size }
  })
}

async function inScratch<Result>(action: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-bench-exports-'))
  try {
    return await action(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
