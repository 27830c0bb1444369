/** Rows of lists in text files, which have no common layout. */
import { mostFrequentDelimiter } from '@shared/csv'
import { parse } from 'csv-parse/sync'
import { delimitedRows } from './delimited'
import { columnNames } from './column-names'
import { isImageName } from './image-names'
import { splitOfName } from './split-names'

/** Lines that are looked at to tell how a file is laid out. */
const LOOK = 1000
const DELIMITERS = ['\t', ' ', ',', ';']

/**
 * Cells of each row, the line of names first where there is one. Passed over are comments (Oxford-IIIT Pet) and a number of rows in
 * the first line (CelebA). Where spaces separate cells, several count as one. A header without a name for the paths gets one
 * (CelebA), and where rows that begin with a path hold more or fewer words, all behind it are the label (FGVC-Aircraft's
 * `1234567 Boeing 737`). `isPath` tells paths. Where all rows hold as many words, of which several could be the label, `onWords` is
 * given the first row. `name` is the file's, for errors.
 */
export async function* textRows(
  name: string,
  lines: AsyncIterable<string>,
  isPath = isImageName,
  onWords: (row: readonly string[]) => void = () => {},
): AsyncGenerator<string[]> {
  const source = withoutComments(lines)[Symbol.asyncIterator]()
  const head: string[] = []
  while (head.length < LOOK) {
    const next = await source.next()
    if (next.done) break
    head.push(next.value)
  }
  if (head.length > 1 && /^\s*\d+\s*$/.test(head[0]!) && widthOf(head[1]!) > 1) head.shift()
  const delimiter = mostFrequentDelimiter((head[0] ?? '').trim(), DELIMITERS)
  if (delimiter !== ' ') {
    yield* delimitedRows({ name, chunks: asText(head, source), delimiter, code: 'unsupported-dataset' })
    return
  }
  const rows = head.map(words)
  const [first = [], second = []] = rows
  const isHeader = !first.some((cell) => isPath(cell))
  if (isHeader && second.length === first.length + 1 && isPath(second[0]!)) rows[0] = ['path', ...first]
  const isRest = isPath(first[0] ?? '') && new Set(rows.map(({ length }) => length)).size > 1
  if (!isRest && isPath(first[0] ?? '') && mayBeOneLabel(rows, isPath)) onWords(first)
  const cells = (row: string[]) => (isRest ? [row[0]!, row.slice(1).join(' ')] : row)
  for (const row of rows) yield cells(row)
  for (let next = await source.next(); !next.done; next = await source.next()) yield cells(words(next.value))
}

/** Whether the words behind paths could be one label (`Boeing 737`) as well as columns: no box, no number first, no split last. */
function mayBeOneLabel(rows: readonly string[][], isPath: (cell: string) => boolean): boolean {
  const [first = []] = rows
  if (first.length < 3 || columnNames(first, isPath)[1] !== 'label' || columnNames(first, isPath).includes('x1'))
    return false
  return (
    !rows.every((row) => Number.isFinite(Number(row[1]))) && !rows.every((row) => splitOfName(row.at(-1)!) !== null)
  )
}

async function* withoutComments(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let first = true
  for await (const line of lines) {
    const text = first ? line.replace(/^\uFEFF/, '') : line
    first = false
    const isComment = text.startsWith('#') && !text.split(/[\s,;]+/).some((word) => isImageName(word))
    if (!isComment && text.trim() !== '') yield text
  }
}

async function* asText(head: readonly string[], rest: AsyncIterator<string>): AsyncGenerator<string> {
  for (const line of head) yield `${line}\n`
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield `${next.value}\n`
}

function widthOf(line: string): number {
  return words(line.replaceAll(/[\t,;]/g, ' ')).length
}

/** Words between spaces; quotes may hold some. A quote that the line does not close is part of its word. */
function words(line: string): string[] {
  if (line.includes('"')) {
    try {
      const [row = []] = parse(line, { delimiter: ' ', relax_quotes: true, record_delimiter: ['\n'] })
      return row.filter((word) => word !== '')
    } catch {
      // A label such as `"wide`, and no word in quotes.
    }
  }
  return line.trim().split(/ +/)
}
