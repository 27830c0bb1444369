/** Cells of CSV files (RFC 4180) that a spreadsheet shows as they are instead of running them. */

/** A cell that begins with one of these is a formula to some spreadsheet, so it gets an apostrophe in front. */
const FORMULA = /^[=+\-@\t\r\n']/

/**
 * One cell. Text that a spreadsheet could take for a formula gets an apostrophe in front, which `csvText` takes off
 * again; numbers stay numbers. Null is empty.
 */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
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
