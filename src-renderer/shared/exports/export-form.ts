import { EXPORT_FORMATS, type ExportRequest, type ExportWhat, OVERLAY_SIZE, type RunInfo } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'

export const WHAT_NAMES: Record<ExportWhat, { name: string; about: string }> = {
  predictions: {
    name: 'Predictions',
    about: 'Label, prediction, confidence, top classes, errors, metadata, tags: a row a sample.',
  },
  scores: { name: 'Head scores', about: 'GMAR scores of every head before normalisation: a row a sample.' },
  maps: { name: 'Relevance maps', about: 'Raw maps of every method of the run over the patch grid.' },
  statistics: {
    name: 'Head statistics',
    about: 'Mean, spread and quantiles of head weights by class, prediction and correctness.',
  },
  annotations: { name: 'Annotations', about: 'Tags, verdicts, notes and regions: a row an annotation.' },
  overlays: { name: 'Overlays', about: 'One file a sample: the map over the picture, or the raw map.' },
  report: { name: 'Report', about: 'One HTML page of the review, readable offline and printable.' },
}

export const FORMAT_NAMES: Record<string, string> = {
  csv: 'CSV',
  json: 'JSON',
  parquet: 'Parquet',
  npz: 'NPZ (NumPy)',
  png: 'PNG pictures',
  npy: 'Raw maps (.npy)',
  html: 'HTML page',
}

export interface ExportForm {
  what: ExportWhat
  format: string
  folder: string
  name: string
  replace: boolean
  method: MethodId
  size: number
  pattern: string
  skipExisting: boolean
  boxes: boolean
}

export function newForm(run: RunInfo, folder: string, what: ExportWhat): ExportForm {
  return {
    ...renamed(what, EXPORT_FORMATS[what][0]),
    folder,
    replace: false,
    method: run.definition.methods[0] ?? 'gmar_l1',
    size: OVERLAY_SIZE.default,
    pattern: '{path}_{method}',
    skipExisting: false,
    boxes: true,
  }
}

/** The same form for something else, its format and name to match. */
export function withWhat(form: ExportForm, what: ExportWhat): ExportForm {
  const formats: readonly string[] = EXPORT_FORMATS[what]
  const format = formats.includes(form.format) ? form.format : (formats[0] ?? '')
  return { ...form, ...renamed(what, format), replace: false }
}

export function withFormat(form: ExportForm, format: string): ExportForm {
  return { ...form, ...renamed(form.what, format), replace: false }
}

export function requestOf(form: ExportForm, run: RunInfo, filter: string): ExportRequest {
  const { what, format, folder, name, replace, method, size, pattern, skipExisting, boxes } = form
  const overlays = what === 'overlays' ? { method, size, pattern, skipExisting, boxes } : {}
  return { runId: run.id, what, format, filter, out: joined(folder, name.trim()), replace, ...overlays }
}

function renamed(what: ExportWhat, format: string) {
  return { what, format, name: what === 'overlays' ? 'overlays' : `${what}.${format}` }
}

function joined(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}
