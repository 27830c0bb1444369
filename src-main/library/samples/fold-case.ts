import type { Database } from 'better-sqlite3'

/** A text without its case. The two small forms of the Greek sigma are one letter, since which one is written depends on its place. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

/** Teaches SQLite `fold_case(text)`: its own lower() knows the letters of ASCII alone. */
export function registerFoldCase(database: Database): void {
  database.function('fold_case', { deterministic: true }, (text) => (typeof text === 'string' ? foldCase(text) : text))
}

/** SQL of a text without its case, to be compared with `wanted`, which foldCase gave. */
export function withoutCase(sql: string, wanted: string): string {
  if (!/^[ -~]*$/.test(wanted)) return `fold_case(${sql})`
  // Paths are many: where the text has letters of ASCII alone, SQLite's own function does, which is faster. Two other
  // letters have a small form with one of ASCII: the sign of Kelvin, and the capital I with a dot.
  const kelvin = wanted.includes('k') ? `replace(lower(${sql}), '\u212a', 'k')` : `lower(${sql})`
  return wanted.includes('i') ? `replace(${kelvin}, '\u0130', 'i\u0307')` : kelvin
}
