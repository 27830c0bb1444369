/** Numbers and times as the window writes them. */
export { formatBytes } from '@shared/format-bytes'

const counts = new Intl.NumberFormat('en-GB')

export const formatCount = (count: number): string => counts.format(count)

/** A share in percent: one decimal below 10 % and above 99 %, none elsewhere; in a column, as many for all. */
export function formatShare(share: number | null, decimalsOfAll?: number): string {
  if (share === null || Number.isNaN(share)) return '–'
  const percent = share * 100
  const decimals = decimalsOfAll ?? ((percent > 0 && percent < 9.95) || (percent > 99 && percent < 100) ? 1 : 0)
  return `${percent.toFixed(decimals)} %`
}

/** Shares that stand beside each other, in percent with the same digits. */
export function formatShares(shares: readonly (number | null)[]): string[] {
  const alone = shares.map((share) => formatShare(share))
  return alone.some((text) => text.includes('.')) ? shares.map((share) => formatShare(share, 1)) : alone
}

/** A raw relevance or weight, three significant digits. */
export function formatValue(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < 0.0001 || size >= 10_000) return value.toExponential(1)
  return value.toPrecision(size < 0.01 ? 2 : 3)
}

/** `3 min 20 s`, `45 s`, `1 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `Today 14:05`, `23 Nov 2026`. */
export function formatWhen(iso: string): string {
  const when = new Date(iso)
  if (Number.isNaN(when.getTime())) return iso
  const time = when.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  if (when.toDateString() === new Date().toDateString()) return `Today ${time}`
  return when.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}
