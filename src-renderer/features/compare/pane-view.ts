import type { Colormap } from '@shared/heatmap/colormap'
import type { LookId } from '../../base/look'
import type { Point, Viewport } from '../../heatmap/viewport'
import type { Interpolation } from '../../base/view'

/** How all panes of a comparison are drawn, and the part and the point of the pictures that they share. */
export interface PaneView {
  viewport: Viewport
  onViewport: (viewport: Viewport) => void
  /** In shares of each picture. */
  cursor: Point | null
  onCursor: (point: Point | null) => void
  colormap: Colormap
  interpolation: Interpolation
  fade: boolean
  look: Exclude<LookId, 'pair'>
  /** Share of the picture that a mask leaves, percent. */
  top: number
  /** Draws the boxes of detectors. */
  box: boolean
  scale: 'own' | 'shared'
}

/** What a pane is called: its place as a letter. */
export const paneLetter = (index: number): string => 'ABCDEF'[index] ?? String(index + 1)
