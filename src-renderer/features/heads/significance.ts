/** Stars of a Benjamini-Hochberg q. */
export function significance(q: number): string {
  if (q < 0.01) return '**'
  return q < 0.05 ? '*' : ''
}

/** A p or q value, two significant digits: `0.039`, `6.9e−6`. */
export function brief(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value !== 0 && value < 0.001 ? value.toExponential(1).replace('-', '−') : value.toPrecision(2)
}
