import { type HeadCounts, headIndexes } from '@headlight/explain/report'
import type { HeadGroup } from '@shared/api'

export interface TopHead {
  layer: number
  head: number
  /** As the filter language writes it: head(7,2). */
  name: string
  /** Mean weight, 0 to 1, the weights of a layer sum to 1; or mean sum A o G. */
  weight: number
  /** Share of the group's samples in which it is the first of its layer. */
  topShare: number
}

/** The heads of largest mean weight in a group, or of largest mean sum A o G in magnitude, over all layers. */
export function topHeads(group: HeadGroup, model: HeadCounts, count: number): TopHead[] {
  const { heads } = model
  return headIndexes(model)
    .map((index) => {
      const weight = group.mean[index]!
      const [layer, head] = [Math.floor(index / heads), index % heads]
      return { layer, head, name: `head(${layer},${head})`, weight, topShare: group.topShare[index]! }
    })
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, count)
}
