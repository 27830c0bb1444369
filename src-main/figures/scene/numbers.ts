/** A value as a colour bar or an axis writes it: two significant digits, no needless zeros. */
export function shortNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0' : '–'
  const magnitude = Math.abs(value)
  const written = magnitude >= 1e-3 && magnitude < 1e4 ? String(Number(value.toPrecision(2))) : value.toExponential(1)
  return written.replace('-', '−').replace('e−', 'e-')
}

/** Round values between low and high, at most `count` of them: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}
