/** Tables that are one JSON document. */
import { HeadlightError } from '@shared/errors'
import { parseExactJson } from './exact-json'

type Row = Record<string, unknown>

/**
 * Rows of a list of records, or of FiftyOne's classification labels: `{"classes": [..], "labels": {ID: index or name}}`.
 * Throws 'unsupported-dataset' for any other document.
 */
export function* readJsonTable(name: string, text: string): Generator<Row> {
  const document = parse(name, text)
  if (Array.isArray(document)) {
    yield* document.filter(isRecord)
    return
  }
  if (!isRecord(document) || !isRecord(document.labels)) {
    throw new HeadlightError(
      'unsupported-dataset',
      `${name} is neither a list of records nor FiftyOne's "classes" and "labels".`,
    )
  }
  const classes = Array.isArray(document.classes) ? document.classes : null
  for (const [path, label] of Object.entries(document.labels)) {
    yield { path, label: typeof label === 'number' && classes ? (classes[label] ?? null) : one(label) }
  }
}

/** An image with several labels has none that could be right or wrong. */
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
