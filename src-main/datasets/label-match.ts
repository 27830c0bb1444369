import { looseName } from '@shared/loose-name'

export { looseName }

/** Finds a class index by name: the exact name first, then without regard to case and punctuation. */
export type LabelMatcher = (name: string) => number | null

/**
 * A matcher over a model's class names. A name that fits several classes only loosely fits none: a wrong label is
 * worse than a missing one. A class that lists synonyms, separated by commas, has each for a name. Where labels are `numbered`, a number that no class has for a name is its index.
 */
export function labelMatcher(labels: readonly string[], numbered = false): LabelMatcher {
  const exact = new Map<string, number>()
  const loose = new Map<string, number | null>()
  /** Names of classes that list several: "tench, Tinca tinca". */
  const synonyms = new Map<string, number | null>()
  labels.forEach((label, index) => {
    if (!exact.has(label)) exact.set(label, index)
    addName(loose, looseName(label), index)
    if (label.includes(',')) for (const name of label.split(',')) addName(synonyms, looseName(name), index)
  })
  return (name) => {
    const index = exact.get(name)
    if (index !== undefined) return index
    const key = looseName(name)
    const named = key === '' ? undefined : loose.has(key) ? loose.get(key) : synonyms.get(key)
    if (named !== undefined || !numbered) return named ?? null
    const number = /^\d{1,6}$/.test(name) ? Number(name) : Infinity
    return number < (labels.length || Infinity) ? number : null
  }
}

function addName(names: Map<string, number | null>, name: string, index: number): void {
  const known = names.get(name)
  names.set(name, known === undefined || known === index ? index : null)
}
