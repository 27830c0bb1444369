/** Where a key leads in a grid that is filled row by row; null for other keys. `index` -1 is nowhere yet. */
export function indexAfterKey(
  key: string,
  index: number,
  { columns, page, count }: { columns: number; page: number; count: number },
): number | null {
  const from = Math.max(0, index)
  const step = (by: number) => (index < 0 ? 0 : Math.min(count - 1, Math.max(0, from + by)))
  switch (key) {
    case 'ArrowRight':
      return step(1)
    case 'ArrowLeft':
      return step(-1)
    case 'ArrowDown':
      return step(columns)
    case 'ArrowUp':
      return from - columns < 0 ? from : step(-columns)
    case 'PageDown':
      return step(page)
    case 'PageUp':
      return step(-page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
