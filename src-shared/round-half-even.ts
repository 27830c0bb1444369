/** The nearest whole number, of two equally near ones the even one: Python's `round`, and numpy's and torch's. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value)
  const above = value - below
  if (above !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
