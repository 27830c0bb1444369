/** Finds a class index by name: the exact name first, then without regard to case and punctuation. */
export type LabelMatcher = (name: string) => number | null

/**
 * A matcher over a model's class names. A name that fits several classes only loosely fits none: a wrong label is
 * worse than a missing one.
 */
export function labelMatcher(labels: readonly string[]): LabelMatcher {
  const exact = new Map<string, number>()
  const loose = new Map<string, number | null>()
  labels.forEach((label, index) => {
    if (!exact.has(label)) exact.set(label, index)
    const key = looseName(label)
    loose.set(key, loose.has(key) ? null : index)
  })
  return (name) => {
    const index = exact.get(name)
    if (index !== undefined) return index
    const key = looseName(name)
    return key === '' ? null : (loose.get(key) ?? null)
  }
}

/** Letters, marks and digits only, lower case, compatibility-composed: `T-shirt/top` is `t_shirt_top`. */
export function looseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
