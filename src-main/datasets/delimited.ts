const DELIMITERS = [',', '\t', ';', '|']

/**
 * Rows of a table of delimited text (RFC 4180): quotes may hold delimiters, line breaks and doubled quotes. The delimiter
 * is the commonest of the first line unless it is given. Empty lines are passed over.
 */
export async function* delimitedRows(
  chunks: AsyncIterable<string> | Iterable<string>,
  delimiter: string | null,
): AsyncGenerator<string[]> {
  let separator = delimiter
  let row: string[] = []
  let field = ''
  let quoted = false
  /** The field began with a quote that is closed; a quote next is one inside the field. */
  let closed = false
  let first = true
  let rest = ''

  for await (const chunk of chunks) {
    const text = rest + (first ? chunk.replace(/^\uFEFF/, '') : chunk)
    rest = ''
    first = false
    if (separator === null) {
      const line = /^[^\r\n]*/.exec(text)?.[0] ?? ''
      if (line.length === text.length) {
        rest = text
        continue
      }
      separator = commonest(line)
    }
    yield* consume(text, separator)
  }
  if (rest !== '') yield* consume(rest, separator ?? commonest(rest))
  if (field !== '' || row.length > 0) yield [...row, field]

  function* consume(text: string, by: string): Generator<string[]> {
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!
      if (quoted) {
        if (char !== '"') field += char
        else {
          quoted = false
          closed = true
        }
      } else if (char === '"' && (closed || field === '')) {
        if (closed) field += char
        quoted = true
        closed = false
      } else if (char === by) {
        row.push(field)
        field = ''
        closed = false
      } else if (char === '\n' || char === '\r') {
        closed = false
        if (row.length === 0 && field === '') continue
        yield [...row, field]
        row = []
        field = ''
      } else field += char
    }
  }
}

function commonest(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ','
}
