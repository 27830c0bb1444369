/** Where a q earns a star, and two. */
const LIMITS = [0.05, 0.01] as const

/** Stars of a Benjamini-Hochberg q. */
export function significance(q: number): string {
  return '*'.repeat(LIMITS.filter((limit) => q < limit).length)
}

/** A p or q value, three significant digits, more where they would round it up to a limit: `0.0391`, `0.04998`, `6.9e−6`. */
export function brief(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (value !== 0 && value < 0.001) return value.toExponential(1).replace('-', '−')
  let digits = 3
  while (digits < 17 && significance(Number(value.toPrecision(digits))) !== significance(value)) digits++
  return value.toPrecision(digits)
}
