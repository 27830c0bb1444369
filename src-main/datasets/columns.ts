/** What the columns of a table or the fields of a record mean, by the names that people give them. */
import { exactInteger } from './exact-json'
import type { Metadata } from './source'

/** Names of each role, the surest first; letters and digits only, lower case. */
const NAMES = {
  path: [
    ...['path', 'filename', 'filepath', 'file', 'imagepath', 'imagefile', 'imagefilename', 'imagename', 'image', 'img'],
    ...['imgpath', 'imgname', 'imgfilename', 'imageid'],
  ],
  label: [
    // Tables that Headlight exports have the dataset's own label beside the class that it was matched with.
    'datasetlabel',
    ...['labelname', 'classname', 'categoryname', 'label', 'class', 'target', 'category', 'cls', 'classlabel', 'y'],
    ...['labels', 'finelabel', 'classid', 'labelid', 'categoryid', 'diagnosis', 'dx'],
  ],
  mask: ['mask', 'maskpath', 'maskfile', 'maskfilename', 'maskname', 'segmentation', 'segmentationmask', 'seg'],
} as const

export type ColumnRole = keyof typeof NAMES

/** Longest text that is kept of one value: descriptions, not documents. */
const MAX_TEXT = 2000

/** The column of each role, null where none has a name for it. */
export function columnRoles(columns: readonly string[]): Record<ColumnRole, string | null> {
  const byName = new Map<string, string>()
  for (const column of columns) {
    const name = column.toLowerCase().replace(/[^a-z0-9]/g, '')
    if (!byName.has(name)) byName.set(name, column)
  }
  const find = (role: ColumnRole) => NAMES[role].map((name) => byName.get(name)).find((found) => found !== undefined)
  return { path: find('path') ?? null, label: find('label') ?? null, mask: find('mask') ?? null }
}

/** A value as text, null for nothing. Whole numbers lose a trailing ".0". */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') return JSON.stringify(value, plain)
  return String(value)
}

/** All values but those of the columns in `except`; lists and records as JSON. Null when nothing is left. */
export function metadataOf(
  values: Readonly<Record<string, unknown>>,
  except: readonly (string | null)[],
): Metadata | null {
  const kept: Metadata = {}
  for (const [key, value] of Object.entries(values)) {
    // As a key it would set the object's prototype, here and in other programs that read it.
    if (except.includes(key) || key === '__proto__') continue
    const scalar = typeof value === 'bigint' ? exactInteger(value) : value
    const text = typeof scalar === 'number' || typeof scalar === 'boolean' ? scalar : textOf(scalar)
    if (text !== null && !Number.isNaN(text)) kept[key] = typeof text === 'string' ? text.slice(0, MAX_TEXT) : text
  }
  return Object.keys(kept).length > 0 ? kept : null
}

/** Words by which tables say that an image has no label. */
const UNLABELLED = new Set([
  '',
  'unknown',
  'unlabeled',
  'unlabelled',
  'nan',
  'none',
  'null',
  'na',
  'n/a',
  '?',
  '-',
  '<na>',
])

/**
 * Whether a value of a column of labels is one: neither empty, nor a word for "no label", nor a negative number, which
 * PyTorch, scikit-learn and `datasets` write for it.
 */
export function isLabelValue(value: string): boolean {
  return !UNLABELLED.has(value.trim().toLowerCase()) && !/^-\d+(\.0+)?$/.test(value.trim())
}

/**
 * Whether labels are class numbers: all of them whole numbers, also where a table wrote them as 3.0.
 * Returns the labels with such endings removed.
 */
export function numberedLabels(labels: readonly (string | null)[]): { labels: (string | null)[]; numbered: boolean } {
  const numbered = labels.every((label) => label === null || /^\d+(\.0+)?$/.test(label))
  if (!numbered) return { labels: [...labels], numbered }
  return { labels: labels.map((label) => label?.replace(/\.0+$/, '') ?? null), numbered: labels.some((label) => label) }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? exactInteger(value) : value
}
