import { exportedAnnotations } from './annotations'
import { exportedFigure } from './figure'
import { exportedOverlays, exportedReport } from './overlays'
import { exportedTables } from './tables'
import type { ExportKind } from './kind'

/** Everything that `export --what` writes. */
export const EXPORTS: readonly ExportKind[] = [
  ...exportedTables,
  exportedAnnotations,
  exportedFigure,
  exportedOverlays,
  exportedReport,
]
