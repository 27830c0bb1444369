/** Finds a class index by name: the exact name first, then without regard to case and punctuation. */
export type LabelMatcher = (name: string) => number | null

/**
 * A matcher over a model's class names. A name that fits several classes only loosely fits none: a wrong label is
 * worse than a missing one. Where labels are `numbered`, a number that no class has for a name is its index.
 */
export function labelMatcher(labels: readonly string[], numbered = false): LabelMatcher {
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
    const named = key === '' ? undefined : loose.get(key)
    if (named !== undefined || !numbered) return named ?? null
    const number = /^\d{1,6}$/.test(name) ? Number(name) : Infinity
    return number < (labels.length || Infinity) ? number : null
  }
}

/** Letters, marks and digits only, lower case, compatibility-composed: `T-shirt/top` is `t_shirt_top`. */
export function looseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
