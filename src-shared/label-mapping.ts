/** The matching of labels with classes as a file: what the window saves and loads, and `--labels` takes. */
// The build without Node's Buffer: the window reads such files, too.
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { z } from 'zod'
import type { LabelMapping } from './api'
import { mostFrequentDelimiter } from './csv'
import { HeadlightError } from './errors'

/** Class by label: its name or index, null for none. */
const target = z.union([z.string(), z.number().int().nonnegative(), z.null()])
const fileSchema = z.object({ labelMapping: z.record(z.string(), target) })

/** JSON with the classes by name where their names are unique, so that people can read and edit the file. */
export function mappingToJson(mapping: LabelMapping, labels: readonly string[]): string {
  const entries = mapping.map(([label, index]) => [label, index === null ? null : nameOrIndex(index, labels)] as const)
  // Written by hand: assigning to an object would lose labels such as "__proto__", and move numbers to the front.
  const lines = entries.map(([label, value]) => `    ${JSON.stringify(label)}: ${JSON.stringify(value)}`)
  return `{\n  "labelMapping": {\n${lines.join(',\n')}\n  }\n}\n`
}

/** True for the text of a mapping, false for a file of class names. Of a JSON file the key decides, of a table its header. */
export function isMapping(fileName: string, text: string): boolean {
  if (/\.json$/i.test(fileName)) return /"labelMapping"\s*:/.test(text)
  return /\.(csv|tsv)$/i.test(fileName)
}

/**
 * Reads a mapping: JSON as {@link mappingToJson} writes it, or a table of two columns, label and class, with a header.
 * Classes are names or indices; an empty cell or null is not a class. Throws 'usage' with what is wrong and where.
 */
export function parseMapping(fileName: string, text: string, labels: readonly string[]): LabelMapping {
  const pairs = /\.json$/i.test(fileName) ? fromJson(fileName, text) : fromTable(fileName, text)
  return pairs.map(([label, value]) => [label, classOf(value, label, fileName, labels)])
}

function fromJson(fileName: string, text: string): [string, string | number | null][] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new HeadlightError('usage', `${fileName} is not valid JSON; mend it or take it away.`, { cause })
  }
  const checked = fileSchema.safeParse(content)
  if (checked.success) return Object.entries(checked.data.labelMapping)
  const [issue] = checked.error.issues
  throw new HeadlightError('usage', `${fileName} cannot be used: '${issue?.path.join('.')}' ${issue?.message}.`)
}

function fromTable(fileName: string, text: string): [string, string | null][] {
  const rows = cellsOf(fileName, text).flatMap(({ record, info }, index) => {
    if (index === 0) return []
    const [label, name] = record
    if (record.length === 2) return [[label!, name === '' ? null : name!] as [string, string | null]]
    const message = `${fileName} cannot be used: line ${info.lines} has ${record.length} cells; label and class are wanted.`
    throw new HeadlightError('usage', message)
  })
  if (rows.length > 0) return rows
  throw new HeadlightError('usage', `${fileName} holds no mapping: a header and lines of label and class are wanted.`)
}

function cellsOf(fileName: string, text: string): { record: string[]; info: { lines: number } }[] {
  try {
    return parse(text, {
      bom: true,
      delimiter: mostFrequentDelimiter(text, ['\t', ';', ',']),
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
  } catch (cause) {
    const line = cause instanceof CsvError && typeof cause.lines === 'number' ? ` near line ${cause.lines}` : ''
    const message = `${fileName} cannot be used: a quote${line} is not closed, or text follows behind a closing quote.`
    throw new HeadlightError('usage', message, { cause })
  }
}

function classOf(
  value: string | number | null,
  label: string,
  fileName: string,
  labels: readonly string[],
): number | null {
  if (value === null) return null
  const named = typeof value === 'string' ? labels.indexOf(value) : -1
  if (named >= 0) return named
  const index = /^\d+$/.test(String(value)) ? Number(value) : Infinity
  if (index < labels.length) return index
  const message = `${fileName} matches ${label} to ${JSON.stringify(value)}, which is not a class of the model.`
  throw new HeadlightError('usage', message)
}

/** A name that is another class's number, or that several classes have, would be read as something else. */
function nameOrIndex(index: number, labels: readonly string[]): string | number {
  const name = labels[index]
  return name !== undefined && labels.indexOf(name) === index && labels.lastIndexOf(name) === index ? name : index
}
