/** Tables that are one JSON document. */
import { HeadlightError } from '@shared/errors'
import { parseExactJson } from './exact-json'

type Row = Record<string, unknown>

/**
 * Rows of a list of records, of FiftyOne's classification labels: `{"classes": [..], "labels": {ID: index or name}}`, or of
 * COCO's annotations, a row for each, with the name of its category.
 * Throws 'unsupported-dataset' for any other document.
 */
export function* readJsonTable(name: string, text: string): Generator<Row> {
  const document = parse(name, text)
  if (Array.isArray(document)) {
    yield* document.filter(isRecord)
    return
  }
  if (isRecord(document) && Array.isArray(document.images) && Array.isArray(document.annotations)) {
    yield* annotations(document.images.filter(isRecord), document.annotations.filter(isRecord), document.categories)
    return
  }
  if (!isRecord(document) || !isRecord(document.labels)) {
    throw new HeadlightError(
      'unsupported-dataset',
      `${name} is neither a list of records, nor FiftyOne's "classes" and "labels", nor COCO's "images" and "annotations".`,
    )
  }
  const classes = Array.isArray(document.classes) ? document.classes : null
  for (const [path, label] of Object.entries(document.labels)) {
    yield { path, label: typeof label === 'number' && classes ? (classes[label] ?? null) : one(label) }
  }
}

/** COCO: an image without annotations has a row that names it. */
function* annotations(images: readonly Row[], found: readonly Row[], categories: unknown): Generator<Row> {
  const names = new Map(
    (Array.isArray(categories) ? categories : []).filter(isRecord).map(({ id, name }) => [id, name]),
  )
  const files = new Map(images.map(({ id, file_name: file }) => [id, file]))
  const annotated = new Set<unknown>()
  for (const { image_id: image, category_id: category, bbox } of found) {
    if (!files.has(image)) continue
    annotated.add(image)
    const label = names.get(category) ?? category ?? null
    yield { file_name: files.get(image), image_number: image, label, ...(bbox !== undefined && { bbox }) }
  }
  for (const [image, file] of files) if (!annotated.has(image)) yield { file_name: file, image_number: image }
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
