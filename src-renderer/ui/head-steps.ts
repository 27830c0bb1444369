import { type HeadCounts, headsOf } from '@headlight/explain/report'

/**
 * The cell that an arrow key leads to in a layers x heads table, row-major; null for other keys. Stops at the edges, and
 * at the last head of a layer that has fewer.
 */
export function neighbour(key: string, from: number, model: HeadCounts): number | null {
  const { layers, heads } = model
  const [layer, head] = [Math.floor(from / heads), from % heads]
  const at = (row: number, column: number) => {
    const to = Math.min(layers - 1, Math.max(0, row))
    return to * heads + Math.min(headsOf(model, to) - 1, Math.max(0, column))
  }
  switch (key) {
    case 'ArrowLeft':
      return at(layer, head - 1)
    case 'ArrowRight':
      return at(layer, head + 1)
    case 'ArrowUp':
      return at(layer - 1, head)
    case 'ArrowDown':
      return at(layer + 1, head)
    default:
      return null
  }
}
