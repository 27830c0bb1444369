/**
 * A figure as marks on a page, before any format: lengths in points (1/72 inch), y downward. Every format draws the
 * same scene.
 */

export const INK = '#1a1d21'
export const MUTED = '#5c6570'
export const RULE = '#c9cfd6'
/** Vermilion of the Okabe-Ito palette: told from black with every kind of colour vision. */
export const WRONG = '#b34a00'

export type FontFamily = 'sans' | 'serif'
export type FontWeight = 400 | 600

export interface TextMark {
  kind: 'text'
  /** Where the baseline begins, is centred, or ends. */
  x: number
  y: number
  text: string
  size: number
  weight: FontWeight
  color: string
  anchor: 'start' | 'middle' | 'end'
  /** Degrees counterclockwise around x, y. */
  rotate: number
}

export interface RectMark {
  kind: 'rect'
  x: number
  y: number
  width: number
  height: number
  fill: string | null
  stroke: string | null
  strokeWidth: number
}

export interface PathMark {
  kind: 'path'
  points: readonly (readonly [number, number])[]
  closed: boolean
  fill: string | null
  stroke: string | null
  strokeWidth: number
}

export interface ImageMark {
  kind: 'image'
  x: number
  y: number
  width: number
  height: number
  png: Uint8Array
  /** What it shows, for readers that cannot see it. */
  description: string
}

export type Mark = TextMark | RectMark | PathMark | ImageMark

export interface Scene {
  width: number
  height: number
  family: FontFamily
  background: string | null
  title: string
  marks: Mark[]
}

type TextStyle = Partial<Pick<TextMark, 'weight' | 'color' | 'anchor' | 'rotate'>>

/** Text whose baseline begins (or is centred, or ends) at x, y; `size` in points. */
export function text(x: number, y: number, content: string, size: number, style: TextStyle = {}): TextMark {
  const { weight = 400, color = INK, anchor = 'start', rotate = 0 } = style
  return { kind: 'text', x, y, text: content, size, weight, color, anchor, rotate }
}

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  style: { fill?: string; stroke?: string; strokeWidth?: number },
): RectMark {
  const { fill = null, stroke = null, strokeWidth = 0.5 } = style
  return { kind: 'rect', x, y, width, height, fill, stroke, strokeWidth }
}

export function line(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string = RULE,
  strokeWidth = 0.5,
): PathMark {
  return {
    kind: 'path',
    points: [
      [x1, y1],
      [x2, y2],
    ],
    closed: false,
    fill: null,
    stroke,
    strokeWidth,
  }
}

export function image(
  x: number,
  y: number,
  width: number,
  height: number,
  png: Uint8Array,
  description: string,
): ImageMark {
  return { kind: 'image', x, y, width, height, png, description }
}
