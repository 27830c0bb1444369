/** The text of a file of annotations, in pieces that are written one after the other. */
import type { AnnotationFormat } from '@shared/api'
import { csvLine } from '@shared/csv'
import { COLUMNS, type FileAnnotation, type FileTerm, FORMAT, VERSION } from './annotation-file'
import type { AnnotatedLabels } from './annotation-labels'

/** An annotation as it is written: with labels, which import passes over. Deleted ones have none. */
export type WrittenAnnotation = FileAnnotation & Partial<AnnotatedLabels>

export interface FileHead {
  /** Where the annotations come from, and when. */
  about: object
  tags: FileTerm[]
  verdicts: FileTerm[]
}

export interface WrittenFile {
  /** What comes before the annotations. */
  open(head: FileHead): string
  /** One annotation, or deleted one; `isFirst` of its list. */
  entry(annotation: WrittenAnnotation, isFirst: boolean): string
  /** What comes between annotations and deleted ones; null where the format has no list of deleted ones. */
  between(isEmpty: boolean): string | null
  /** What comes after the last list. */
  close(isEmpty: boolean): string
}

/** JSON with one annotation a line: a diff of two exports reads well, and so does a file of a hundred thousand. */
const json: WrittenFile = {
  open({ about, tags, verdicts }) {
    const fields = Object.entries({ format: FORMAT, version: VERSION, ...about }).map(
      ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
    )
    const lists = Object.entries({ tags, verdicts }).map(([name, terms]) => {
      const lines = terms.map((term, index) => json.entry(term as never, index === 0))
      return `  "${name}": [${lines.join('')}${endOfList(terms.length === 0)},\n`
    })
    return `{\n${fields.join('')}${lists.join('')}  "annotations": [`
  },
  entry: (annotation, isFirst) => `${isFirst ? '' : ','}\n    ${JSON.stringify(annotation)}`,
  between: (isEmpty) => `${endOfList(isEmpty)},\n  "deleted": [`,
  close: (isEmpty) => `${endOfList(isEmpty)}\n}\n`,
}

const endOfList = (isEmpty: boolean) => (isEmpty ? ']' : '\n  ]')

const WRITTEN_COLUMNS = [...COLUMNS, 'dataset_label', 'label', 'split'] as const

const csv: WrittenFile = {
  open: () => csvLine(WRITTEN_COLUMNS),
  entry: (annotation) =>
    csvLine(
      WRITTEN_COLUMNS.map((column) => {
        const value = annotation[column] ?? null
        return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
      }),
    ),
  between: () => null,
  close: () => '',
}

export const WRITTEN_FILES: Record<AnnotationFormat, WrittenFile> = { json, csv }

/** The annotations of a file that is written as JSON, each as the bytes of its JSON; `parts` are the file's, in order. */
export async function* annotationLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let isInList = false
  for await (const line of linesOf(parts)) {
    // Text has no line ends of its own in JSON, so a line that is this is the list's.
    if (!isInList) isInList = line.equals(OPENING)
    else if (line[2] !== SPACE) return
    else yield line.at(-1) === COMMA ? line.subarray(0, -1) : line
  }
}

const OPENING = Buffer.from('  "annotations": [')
const SPACE = 0x20
const COMMA = 0x2c
const LINE_END = 0x0a

async function* linesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const part of parts) {
    const bytes = Buffer.concat([rest, part])
    let at = 0
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, at)) {
      yield bytes.subarray(at, end)
      at = end + 1
    }
    rest = bytes.subarray(at)
  }
}
