import { naturalOrder } from './natural-order'

/**
 * At most `limit` samples: the first of every label, then the second of every label, and so on, those without a label as one
 * more group, so that a smaller limit gives a subset of a larger one. In the order given, which within a label is what "first" means.
 */
export function takeInTurn<T extends { label: string | null }>(samples: readonly T[], limit: number): T[] {
  if (samples.length <= limit) return [...samples]
  const groups = new Map<string | null, number[]>()
  samples.forEach(({ label }, index) => {
    const group = groups.get(label)
    if (group) group.push(index)
    else groups.set(label, [index])
  })
  const inOrder = [...groups].sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : naturalOrder(a, b)))
  const taken: number[] = []
  for (let turn = 0; taken.length < limit; turn++) {
    for (const [, group] of inOrder) {
      const index = group[turn]
      if (index !== undefined && taken.length < limit) taken.push(index)
    }
  }
  return taken.sort((a, b) => a - b).map((index) => samples[index]!)
}
