import { OVERLAY_SIZE } from '@shared/api'
import { METHOD_IDS } from '@headlight/explain/methods'
import { exportOverlays, OVERLAY_FORMATS, type OverlayOptions } from '../../exports/overlays/export-overlays'
import { DEFAULT_PATTERN } from '../../exports/overlays/file-names'
import { exportReport } from '../../exports/report/export-report'
import { figureSource } from '../../service/figure-source'
import { openRun } from '../open-project'
import { flag, oneOf, text, wholeNumber } from '../options'
import { usage } from '../usage'
import type { ExportKind } from './kind'
import { openSource, watched } from './tables'

/** Every overlay of a filter as a file in the folder --out. */
export const exportedOverlays: ExportKind = {
  what: 'overlays',
  formats: OVERLAY_FORMATS,
  options: ['method', 'size', 'pattern', 'skip-existing', 'without-boxes'],
  async write(context, format, out) {
    const { options, backend } = context
    const run = await openRun(backend(), options)
    const size = wholeNumber(options, 'size', 1) ?? OVERLAY_SIZE.default
    if (size > OVERLAY_SIZE.largest) throw usage(`--size takes up to ${OVERLAY_SIZE.largest} pixels, not ${size}.`)
    const overlays: OverlayOptions = {
      format: format as OverlayOptions['format'],
      method: oneOf(options, 'method', METHOD_IDS, run.definition.methods[0] ?? 'gmar_l1'),
      size,
      pattern: text(options, 'pattern') ?? DEFAULT_PATTERN,
      skipExisting: flag(options, 'skip-existing'),
      boxes: !flag(options, 'without-boxes'),
    }
    const { library, compute } = backend()
    const source = { ...(await openSource(context)), picture: figureSource(library, compute).picture }
    return exportOverlays(source, { run, filter: text(options, 'filter') ?? '' }, overlays, out, watched(context))
  },
}

/** A review as one HTML file. */
export const exportedReport: ExportKind = {
  what: 'report',
  formats: ['html'],
  async write(context, _format, out) {
    const { options, backend } = context
    const run = await openRun(backend(), options)
    const { library, compute } = backend()
    const source = { ...(await openSource(context)), figures: figureSource(library, compute) }
    return exportReport(source, { run, filter: text(options, 'filter') ?? '' }, out, watched(context))
  },
}
