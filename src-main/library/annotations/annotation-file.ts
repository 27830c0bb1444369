/** Reads the files that annotations travel in: JSON whole, CSV the annotations alone. docs/ANNOTATIONS.md describes both. */
import { setImmediate } from 'node:timers/promises'
import {
  ANNOTATION_KINDS,
  type Shape,
  TAG_HOTKEYS,
  VERDICT_HOTKEYS,
  nameSchema,
  noteSchema,
  regionIdSchema,
  regionNameSchema,
  shapeSchema,
  termSchema,
} from '@shared/api'
import { csvText } from '@shared/csv'
import { HeadlightError } from '@shared/errors'
import { z } from 'zod'
import { delimitedRows } from '../../datasets/delimited'

export const FORMAT = 'headlight-annotations'
export const VERSION = 1

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

/** One annotation of a file. What a file leaves out is filled in when it is merged. */
const entrySchema = z
  .object({
    sample: z.string().min(1).max(4096),
    /** SHA-256 of the image file, hex. */
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullish(),
    kind: z.enum(ANNOTATION_KINDS),
    text: z.string(),
    region: regionIdSchema.nullish(),
    shape: shapeSchema.nullish(),
    reviewer: nameSchema.nullish(),
    run: z.string().max(1000).nullish(),
    createdAt: time.nullish(),
    changedAt: time.nullish(),
  })
  .superRefine(({ kind, text, region, shape }, context) => {
    const schema = {
      tag: nameSchema,
      verdict: nameSchema,
      settled: nameSchema,
      note: noteSchema,
      region: regionNameSchema,
    }
    const checked = schema[kind].safeParse(text)
    if (!checked.success) context.addIssue({ code: 'custom', path: ['text'], message: sentenceOf(checked.error) })
    if (kind === 'region' && (!region || !shape)) {
      context.addIssue({ code: 'custom', path: ['region'], message: 'a region needs an id and a shape' })
    }
  })
export type FileAnnotation = z.output<typeof entrySchema>

export interface FileTerm {
  name: string
  colour: string
  hotkey: string | null
}

export interface AnnotationFile {
  tags: FileTerm[]
  verdicts: FileTerm[]
  annotations: FileAnnotation[]
  /** What was taken back: tags, notes and so on that must not come back by merging. */
  deleted: FileAnnotation[]
}

const fileSchema = z.object({
  format: z.literal(FORMAT, `it is not a file of annotations: "format" is not "${FORMAT}"`),
  version: z.literal(VERSION, 'it was written by a newer Headlight; update Headlight to import it'),
  tags: z.array(termSchema(TAG_HOTKEYS)).default([]),
  verdicts: z.array(termSchema(VERDICT_HOTKEYS)).default([]),
  annotations: z.array(z.unknown()),
  deleted: z.array(z.unknown()).default([]),
})

/** Entries that are checked before other calls are answered. */
const ENTRIES_AT_A_TIME = 250

export const COLUMNS = [
  'sample',
  'hash',
  'kind',
  'text',
  'region',
  'shape',
  'reviewer',
  'run',
  'createdAt',
  'changedAt',
] as const

/** Reads either format to its end. Throws 'usage' with the place of the first thing that is wrong. */
export async function readAnnotationFile(name: string, content: Uint8Array): Promise<AnnotationFile> {
  const text = decode(name, content)
  return /^\s*[{[]/.test(text) ? readJson(name, text) : readCsv(name, text)
}

function decode(name: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch (cause) {
    throw new HeadlightError('usage', `${name} is not UTF-8 text; export it from Headlight, or save it as UTF-8.`, {
      cause,
    })
  }
}

async function readJson(name: string, text: string): Promise<AnnotationFile> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HeadlightError('usage', `${name} is cut off or no JSON; nothing was imported.`, { cause })
  }
  const file = fileSchema.safeParse(value)
  if (!file.success) throw refusedAt(name, file.error)
  const { annotations, deleted } = file.data
  return {
    ...file.data,
    annotations: await readEntries(name, 'annotations', annotations),
    deleted: await readEntries(name, 'deleted', deleted),
  }
}

async function readEntries(name: string, list: string, values: readonly unknown[]): Promise<FileAnnotation[]> {
  const entries: FileAnnotation[] = []
  for (const value of values) {
    const entry = entrySchema.safeParse(value)
    if (!entry.success) throw refusedAt(name, entry.error, [list, entries.length])
    entries.push(entry.data)
    if (entries.length % ENTRIES_AT_A_TIME === 0) await setImmediate()
  }
  return entries
}

function refusedAt(name: string, error: z.ZodError, above: PropertyKey[] = []): HeadlightError {
  const place = [...above, ...(error.issues[0]?.path ?? [])].join('.')
  return refused(name, place === '' ? null : `at ${place}`, sentenceOf(error))
}

async function readCsv(name: string, text: string): Promise<AnnotationFile> {
  const annotations: FileAnnotation[] = []
  let header: string[] | null = null
  let row = 1
  for await (const cells of delimitedRows({ name, chunks: [text], delimiter: null, code: 'usage' })) {
    if (header === null) header = checkHeader(name, cells)
    else annotations.push(readRow(name, row, header, cells))
    if (row % ENTRIES_AT_A_TIME === 0) await setImmediate()
    row++
  }
  if (header === null) throw refused(name, null, 'it is empty')
  return { tags: [], verdicts: [], annotations, deleted: [] }
}

function checkHeader(name: string, cells: string[]): string[] {
  const header = cells.map((cell) => cell.trim())
  const missing = ['sample', 'kind', 'text'].filter((column) => !header.includes(column))
  if (missing.length === 0) return header
  throw refused(name, 'in row 1', `it has no column ${missing.join(', ')}; it needs sample, kind and text`)
}

function readRow(name: string, row: number, header: string[], cells: string[]): FileAnnotation {
  const entry: Record<string, unknown> = {}
  for (const column of COLUMNS) {
    const text = csvText(cells[header.indexOf(column)] ?? '')
    if (text !== '' || column === 'text') entry[column] = column === 'shape' ? parsedShape(name, row, text) : text
  }
  const checked = entrySchema.safeParse(entry)
  if (checked.success) return checked.data
  throw refused(
    name,
    `in row ${row}, column ${checked.error.issues[0]?.path[0]?.toString() ?? 'kind'}`,
    sentenceOf(checked.error),
  )
}

function parsedShape(name: string, row: number, text: string): Shape {
  try {
    return JSON.parse(text) as Shape
  } catch {
    throw refused(name, `in row ${row}, column shape`, 'it is not JSON')
  }
}

function refused(name: string, place: string | null, what: string): HeadlightError {
  return new HeadlightError('usage', `${name} was not imported${place ? `: ${place}` : ''}: ${what}.`)
}

function sentenceOf(error: z.ZodError): string {
  const [issue] = error.issues
  return (issue?.message ?? 'it is malformed').replace(/\.$/, '')
}
