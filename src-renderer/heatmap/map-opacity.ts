import type { CSSProperties } from 'react'

/** Sets the opacity of every overlay inside, without drawing any of them again. `opacity` in percent. */
export function mapOpacity(opacity: number): CSSProperties {
  return { '--map-opacity': opacity / 100 } as CSSProperties
}
