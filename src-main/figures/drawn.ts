import type { Mark } from './scene/scene'

/** Part of a figure: its marks from the top left corner, and how tall it is in points. */
export interface Drawn {
  marks: Mark[]
  height: number
}
