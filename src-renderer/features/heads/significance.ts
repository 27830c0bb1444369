/** Stars of a Benjamini-Hochberg q. */
export function significance(q: number): string {
  if (q < 0.01) return '**'
  return q < 0.05 ? '*' : ''
}

/** A p or q value, two significant digits. */
export function brief(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toPrecision(2)
}
