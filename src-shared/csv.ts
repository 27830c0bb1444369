/** What the CSV library leaves to us: cells that a spreadsheet does not run as formulas, and which delimiter a file has. */

/** A cell that begins with one of these (the last four are full-width) is a formula to some spreadsheet, so it gets an apostrophe in front. */
const FORMULA = /^[=+\-@\t\r\n'\uff1d\uff0b\uff0d\uff20]/

/**
 * One cell. Text that a spreadsheet could take for a formula gets an apostrophe in front, which `csvText` takes off
 * again; numbers stay numbers, with NaN, inf and -inf as pandas
 * reads them. Null is empty.
 */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'inf' : '-inf'
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line with its end. */
export function csvLine(values: readonly (string | number | boolean | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}

/** The text that `csvCell` was given, from an unquoted cell. */
export function csvText(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell
}

/** The delimiter that the first line of a text has most of, outside of quotes; the first of those given where several are equal. */
export function mostFrequentDelimiter(text: string, delimiters: readonly string[]): string {
  const line = /^[^\r\n]*/.exec(text)![0].replace(/"[^"]*"/g, '')
  const counts = delimiters.map((delimiter) => line.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))]!
}
