import type { Region } from '../../heatmap/model-region'
import { type Patch, patchCentre, patchOf } from '../../heatmap/patches'
import type { Point } from '../../heatmap/viewport'
import classes from './Stage.module.css'

interface PatchKeysProps {
  grid: [number, number]
  region: Region
  at: Patch | null
  onMove: (point: Point) => void
  onChoose: (patch: Patch) => void
}

/** Lets the keyboard do what the pointer does: arrow keys move over the patches, Enter chooses one. */
export function PatchKeys({ grid, region, at, onMove, onChoose }: PatchKeysProps) {
  const [rows, columns] = grid
  const from = at ?? patchOf(Math.floor(rows / 2) * columns + Math.floor(columns / 2), grid)
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    const chooses = event.key === 'Enter' || event.key === ' '
    if (!step && !chooses) return
    event.preventDefault()
    event.stopPropagation()
    if (chooses) return onChoose(from)
    const [down = 0, right = 0] = step ?? []
    const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value))
    const index = within(from.row + down, rows) * columns + within(from.column + right, columns)
    onMove(patchCentre(patchOf(index, grid), grid, region))
  }
  return (
    <button
      type="button"
      className={classes.patchKeys}
      aria-label="Patches: arrow keys move, Enter shows the attention from there"
      onFocus={() => onMove(patchCentre(from, grid, region))}
      onKeyDown={onKeyDown}
    />
  )
}
