/** Stars of a Benjamini-Hochberg q. */
export function significance(q: number): string {
  if (q < 0.01) return '**'
  return q < 0.05 ? '*' : ''
}
