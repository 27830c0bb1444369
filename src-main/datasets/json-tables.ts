/** Tables that are one JSON document. */
import { HeadlightError } from '@shared/errors'
import { cocoRows } from './coco-tables'
import { parseExactJson } from './exact-json'
import type { TableNotes } from './reading-notes'

type Row = Record<string, unknown>

/**
 * Rows of a list of records, of a table that Headlight exported, of FiftyOne's classification labels: `{"classes": [..], "labels": {ID: index or name}}`, of COCO's
 * annotations, or of paths by class (Food-101): `{"apple_pie": ["apple_pie/1005649", ..], ..}`.
 * Throws 'unsupported-dataset' for any other document.
 */
export function* readJsonTable(name: string, text: string, notes: TableNotes): Generator<Row> {
  const document = parse(name, text)
  if (Array.isArray(document)) {
    yield* document.filter(isRecord)
    return
  }
  if (isRecord(document) && Array.isArray(document.images) && Array.isArray(document.annotations)) {
    yield* cocoRows(name, { ...document, images: document.images, annotations: document.annotations }, notes)
    return
  }
  if (isRecord(document) && isOwnExport(document)) {
    yield* document.rows.filter(isRecord)
    return
  }
  if (isRecord(document) && isByClass(document)) {
    for (const [label, paths] of Object.entries(document)) for (const path of paths) yield { path, label }
    return
  }
  if (!isRecord(document) || !isRecord(document.labels)) {
    throw new HeadlightError(
      'unsupported-dataset',
      `${name} is neither a list of records, nor FiftyOne's "classes" and "labels", nor COCO's "images" and "annotations", nor paths by class.`,
    )
  }
  const classes = Array.isArray(document.classes) ? document.classes : null
  for (const [path, label] of Object.entries(document.labels)) {
    yield { path, label: typeof label === 'number' && classes ? (classes[label] ?? null) : one(label) }
  }
}

/** A table that Headlight exported. */
function isOwnExport(document: Row): document is Row & { rows: unknown[] } {
  return String(document.format).startsWith('headlight-') && Array.isArray(document.rows)
}

function isByClass(document: Row): document is Record<string, string[]> {
  const values = Object.values(document)
  const isPaths = (value: unknown) => Array.isArray(value) && value.every((path) => typeof path === 'string')
  return values.length > 0 && values.every(isPaths)
}

/** An image with several labels has no single label that a prediction could match. */
function one(label: unknown): unknown {
  return Array.isArray(label) ? (label.length === 1 ? label[0] : null) : label
}

function parse(name: string, text: string): unknown {
  try {
    return parseExactJson(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new HeadlightError('unsupported-dataset', `${name} is not valid JSON.`, { cause })
  }
}

function isRecord(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
