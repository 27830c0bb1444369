/** The matching of labels with classes as a file: what the window saves and loads, and `--labels` takes. */
import { z } from 'zod'
import type { LabelMapping } from './api'
import { HeadlightError } from './errors'

/** Class by label: its name or index, null for none. */
const target = z.union([z.string(), z.number().int().nonnegative(), z.null()])
const fileSchema = z.object({ labelMapping: z.record(z.string(), target) })

/** JSON with the classes by name where their names are unique, so that the file can be read and mended by people. */
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
 * Classes are names or indices; an empty cell or null is no class. Throws 'usage' with what is wrong and where.
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
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const separator = lines[0]?.includes('\t') ? '\t' : lines[0]?.includes(';') ? ';' : ','
  const rows = lines.flatMap((line, index) => {
    if (index === 0 || line.trim() === '') return []
    const cells = cellsOf(line, separator)
    if (cells.length === 2) return [[cells[0]!, cells[1] === '' ? null : cells[1]!] as [string, string | null]]
    const message = `${fileName} cannot be used: line ${index + 1} has ${cells.length} cells; label and class are wanted.`
    throw new HeadlightError('usage', message)
  })
  if (rows.length > 0) return rows
  throw new HeadlightError('usage', `${fileName} holds no mapping: a header and lines of label and class are wanted.`)
}

/** Cells of one line; quoted ones may hold separators and doubled quotes (RFC 4180). */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = []
  let rest = line
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest)
    const end = quoted ? quoted[0].length : (rest + separator).indexOf(separator)
    cells.push(quoted ? quoted[1]!.replaceAll('""', '"') : rest.slice(0, end).trim())
    if (end >= rest.length) return cells
    rest = rest.slice(end + separator.length)
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
  const message = `${fileName} matches ${label} to ${JSON.stringify(value)}, which is no class of the model.`
  throw new HeadlightError('usage', message)
}

/** A name that is another class's number, or that several classes have, would be read as something else. */
function nameOrIndex(index: number, labels: readonly string[]): string | number {
  const name = labels[index]
  return name !== undefined && labels.indexOf(name) === index && labels.lastIndexOf(name) === index ? name : index
}
