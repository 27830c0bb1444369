import { type HeadCounts, hasHead } from '@headlight/explain/report'

/** One head of a model, and how addresses write it. Layers and heads count from 0. */
export interface HeadId {
  layer: number
  head: number
}

/** Reads `layer.head` of an address; null for anything that is not a head of the model. */
export function parseHead(text: string | undefined | null, model: HeadCounts): HeadId | null {
  const match = /^(\d{1,4})\.(\d{1,4})$/.exec(text ?? '')
  if (!match) return null
  const [layer, head] = [Number(match[1]), Number(match[2])]
  return hasHead(model, layer, head) ? { layer, head } : null
}

export const headText = ({ layer, head }: HeadId): string => `${layer}.${head}`
