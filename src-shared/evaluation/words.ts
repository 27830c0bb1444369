/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join()
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

const ENDINGS = ['th', 'st', 'nd', 'rd']

/** "1st", "12th", "23rd". */
export function ordinal(place: number): string {
  const tens = place % 100
  return `${place}${ENDINGS[tens >= 11 && tens <= 13 ? 0 : place % 10] ?? 'th'}`
}

/** Two or three digits that tell numbers apart, with a true minus. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3
  return value.toFixed(digits).replace('-', '−')
}

/** "0.38 (0.33, 0.44)" */
export function withInterval({ mean, low, high }: { mean: number; low: number; high: number }): string {
  return `${plainNumber(mean)} (${plainNumber(low)}, ${plainNumber(high)})`
}
