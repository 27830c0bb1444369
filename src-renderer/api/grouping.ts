/** Groups of a result: stretches of one ordered id list. */
export const GROUPINGS = ['none', 'label', 'class', 'split', 'prediction', 'correct', 'tag'] as const
export type Grouping = (typeof GROUPINGS)[number]

export interface SampleGroup {
  name: string
  count: number
}

/** `ids` sorted into groups, stable: `ordered` holds the samples of the first group, then those of the second, and so on. */
export function partition(ids: Uint32Array, ordered: Uint32Array, groups: readonly SampleGroup[]) {
  const groupOf = new Map<number, number>()
  let end = 0
  for (const [index, { count }] of groups.entries()) {
    for (const id of ordered.subarray(end, end + count)) groupOf.set(id, index)
    end += count
  }
  const found = groups.map(({ name }) => ({ name, members: [] as number[] }))
  // While a run writes, the lists may differ by a few samples: those without a group wait for the next answer.
  for (const id of ids) found[groupOf.get(id) ?? -1]?.members.push(id)
  const shown = found.filter(({ members }) => members.length > 0)
  return {
    ids: Uint32Array.from(shown.flatMap(({ members }) => members)),
    groups: shown.map(({ name, members }) => ({ name, count: members.length })),
  }
}
