/** Which export the dialog was opened for; there is one dialog, and many ways to it. */
import type { ExportWhat } from '@shared/api'
import { create } from 'zustand'
import { whenProjectLeft } from '../../api/open-project'

export interface ExportWish {
  runId: number
  /** Chooses the samples; '' for all of the run. */
  filter: string
  /** What the form begins with. */
  what?: ExportWhat
}

export const useExportWish = create<{ wish: ExportWish | null }>(() => ({ wish: null }))

whenProjectLeft(closeExports)

/** Opens the export dialog. */
export function openExports(wish: ExportWish): void {
  useExportWish.setState({ wish })
}

export function closeExports(): void {
  useExportWish.setState({ wish: null })
}
