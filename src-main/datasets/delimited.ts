import { pipeline, Readable } from 'node:stream'
import { mostFrequentDelimiter } from '@shared/csv'
import { type ErrorCode, HeadlightError } from '@shared/errors'
import { type CsvError, parse } from 'csv-parse'

const DELIMITERS = [',', '\t', ';', '|']
/** Bytes of one row, which is held in memory whole. */
const MAX_BYTES = 2 ** 28

export interface DelimitedText {
  /** The file's name, for errors. */
  name: string
  chunks: AsyncIterable<string> | Iterable<string>
  /** Null for the most frequent one of the first line. */
  delimiter: string | null
  /** Code of the error for text that cannot be read as a table. */
  code: ErrorCode
}

/**
 * Rows of a table of delimited text (RFC 4180): quotes may hold delimiters, line breaks and doubled quotes; a quote inside an
 * unquoted cell is text. Lines may end in different ways. Empty lines are left out. Throws `code` for a quote that is not closed.
 */
export async function* delimitedRows({ name, chunks, delimiter, code }: DelimitedText): AsyncGenerator<string[]> {
  const text = toAsync(chunks)
  const start = delimiter === null ? await takeFirstLine(text) : ''
  const parser = parse({
    bom: true,
    delimiter: delimiter ?? mostFrequentDelimiter(start, DELIMITERS),
    max_record_size: MAX_BYTES,
    // Left to itself the parser takes the first line's end for that of all lines.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  // The loop below gets its errors.
  pipeline(Readable.from(joined(start, text)), parser, () => undefined)
  try {
    yield* parser as AsyncIterable<string[]>
  } catch (error) {
    if (!isCsvError(error)) throw error
    const what = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'has a quote that is never closed' : 'is too long'
    throw new HeadlightError(code, `${name} cannot be read: row ${Number(error.records) + 1} ${what}.`, {
      cause: error,
    })
  }
}

/** Text up to the end of the first line or further, taken from the chunks. */
async function takeFirstLine(chunks: AsyncGenerator<string>): Promise<string> {
  let start = ''
  while (!/[\r\n]/.test(start)) {
    const next = await chunks.next()
    if (next.done) break
    start += next.value
  }
  return start
}

async function* toAsync(chunks: DelimitedText['chunks']): AsyncGenerator<string> {
  yield* chunks
}

async function* joined(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (start !== '') yield start
  yield* rest
}

function isCsvError(error: unknown): error is CsvError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')
}
