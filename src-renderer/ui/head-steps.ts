/** The cell that an arrow key leads to in a layers x heads table, row-major; null for other keys. Stops at the edges. */
export function neighbour(key: string, from: number, layers: number, heads: number): number | null {
  const [layer, head] = [Math.floor(from / heads), from % heads]
  const within = (to: number, count: number) => Math.min(count - 1, Math.max(0, to))
  switch (key) {
    case 'ArrowLeft':
      return layer * heads + within(head - 1, heads)
    case 'ArrowRight':
      return layer * heads + within(head + 1, heads)
    case 'ArrowUp':
      return within(layer - 1, layers) * heads + head
    case 'ArrowDown':
      return within(layer + 1, layers) * heads + head
    default:
      return null
  }
}
