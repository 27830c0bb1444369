import { modelRegion } from '../../heatmap/model-region'
import { patchAt, patchCentre, patchOf } from '../../heatmap/patches'
import type { Point } from '../../heatmap/viewport'
import type { PaneContent } from './pane-contents'

const STEPS: Record<string, [rows: number, columns: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
}

/** The cursor after an arrow key: one patch of the first map further, from its middle where there was none. */
export function cursorAfterKey(key: string, from: Point | null, contents: readonly PaneContent[]): Point | null {
  const first = contents.find(({ map }) => map !== null)
  if (!first?.map || !first.row || !first.run) return from
  const { grid } = first.map
  const region = modelRegion(first.row.width, first.row.height, first.run.definition.preprocessing)
  const [rows, columns] = grid
  const at = from && patchAt(from, grid, region)
  if (!at) return patchCentre(patchOf(Math.floor(rows / 2) * columns + Math.floor(columns / 2), grid), grid, region)
  const [down, right] = STEPS[key] ?? [0, 0]
  const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value))
  const index = within(at.row + down, rows) * columns + within(at.column + right, columns)
  return patchCentre(patchOf(index, grid), grid, region)
}
