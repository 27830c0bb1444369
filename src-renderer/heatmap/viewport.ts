/** Which part of a picture is in view: how far it is enlarged, and the point of it in the middle. */

/** A point of a picture in shares of its width and height, from the upper left corner. */
export interface Point {
  x: number
  y: number
}

export interface Viewport extends Point {
  /** 1 fits the picture in; `x` and `y` are the point in the middle. */
  zoom: number
}

export const WHOLE: Viewport = { zoom: 1, x: 0.5, y: 0.5 }
export const MAX_ZOOM = 32
/** A press of a key, or a turn of a wheel by one notch (100 pixels). */
export const ZOOM_STEP = 1.4

/** The viewport within its bounds: the middle stays so near that no more room is left empty than where all is in view. */
export function bounded({ zoom, x, y }: Viewport): Viewport {
  const within = Math.min(MAX_ZOOM, Math.max(1, zoom))
  const margin = 0.5 / within
  const clamp = (value: number) => Math.min(1 - margin, Math.max(margin, value))
  return { zoom: within, x: clamp(x), y: clamp(y) }
}

/** Enlarges by a factor about a point of the picture, which stays where it is on the screen. */
export function zoomAbout(from: Viewport, factor: number, at: Point): Viewport {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, from.zoom * factor))
  const keep = from.zoom / zoom
  return bounded({ zoom, x: at.x - (at.x - from.x) * keep, y: at.y - (at.y - from.y) * keep })
}

/** Written for an address: `2.5,0.4,0.61`; '' for the whole picture. */
export function writeViewport({ zoom, x, y }: Viewport): string {
  return zoom === 1 ? '' : [zoom, x, y].map((value) => Number(value.toFixed(3))).join()
}

/** Reads what `writeViewport` wrote; the whole picture for anything else. */
export function readViewport(text: string): Viewport {
  const [zoom, x, y, more] = text.split(',').map(Number)
  const found = zoom !== undefined && x !== undefined && y !== undefined && more === undefined
  return found && [zoom, x, y].every(Number.isFinite) ? bounded({ zoom, x, y }) : WHOLE
}
