/** COCO's annotations as rows of images. */
import type { TableNotes } from './reading-notes'

type Row = Record<string, unknown>

/** COCO's "images", "annotations" and "categories". */
export interface CocoDocument {
  images: unknown[]
  annotations: unknown[]
  categories?: unknown
}

/**
 * A row for each image with its category and, where it has one box, the box. Without boxes that is a label. With boxes it is offered as
 * one where no image has two categories, and left to the metadata, as `categories`, where any has.
 */
export function* cocoRows(name: string, document: CocoDocument, notes: TableNotes): Generator<Row> {
  const categories = Array.isArray(document.categories) ? document.categories.filter(isRecord) : []
  const names = new Map(categories.map(({ id, name: category }) => [id, category]))
  const found = new Map<unknown, { names: Set<string>; boxes: unknown[] }>()
  for (const { image_id: image, category_id: category, bbox } of document.annotations.filter(isRecord)) {
    const entry = found.get(image) ?? { names: new Set(), boxes: [] }
    found.set(image, entry)
    const called = names.get(category) ?? category
    if (typeof called === 'string' || typeof called === 'number') entry.names.add(String(called))
    if (bbox !== undefined && bbox !== null) entry.boxes.push(bbox)
  }
  const several = [...found.values()].filter((entry) => entry.names.size > 1).length
  notes.isDetection = [...found.values()].some(({ boxes }) => boxes.length > 0)
  const images = document.images.filter(isRecord)
  if (several > 0) {
    notes.problems.say(
      `${name} holds ${notes.isDetection ? 'boxes' : 'categories'} (COCO); ${several} of its ${images.length} images have several categories, so that they are not labels: they are found with meta.categories in any filter.`,
    )
  } else if (notes.isDetection) notes.offered = 'holds boxes (COCO) of one category an image'
  for (const { id, file_name: file } of images) {
    const entry = found.get(id)
    const called = entry === undefined ? [] : [...entry.names]
    const label = called.length === 0 ? null : called.join(', ')
    const box = entry?.boxes.length === 1 ? { bbox: entry.boxes[0] } : {}
    yield { file_name: file, image_number: id, ...(several > 0 ? { categories: label } : { label }), ...box }
  }
}

function isRecord(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
