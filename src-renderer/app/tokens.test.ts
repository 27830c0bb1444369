import { expect, test } from 'vitest'
import css from './tokens.css?raw'

type Colour = [number, number, number]

const GROUNDS = ['ground', 'panel', 'raised', 'sunken']
const INKS = ['ink', 'ink-2', 'ink-3', 'accent-ink', 'good', 'bad', 'warn']
/** What WCAG 2.2 asks of text of usual size (success criterion 1.4.3). */
const MIN_CONTRAST = 4.5

const [light = '', dark = ''] = [...css.matchAll(/^:root[^,{]*\{([^}]*)\}/gm)].map(([, block = '']) => block)

test.each([
  ['light', light],
  ['dark', dark],
])('every ink is read on every ground, under the pointer and chosen too: %s', (_scheme, block) => {
  const value = (name: string) => new RegExp(`--hl-${name}: (.+);`).exec(block)?.[1] ?? ''
  const faint = GROUNDS.flatMap((ground) => {
    const plain = hex(value(ground))
    const shades = { '': plain, hover: over(plain, value('hover')), chosen: over(plain, value('chosen')) }
    return Object.entries(shades).flatMap(([shade, back]) =>
      INKS.map((ink) => ({ ink, ground: `${ground} ${shade}`, contrast: contrast(hex(value(ink)), back) })),
    )
  })
  expect(faint).toHaveLength(GROUNDS.length * INKS.length * 3)
  expect(faint.filter(({ contrast }) => !(contrast >= MIN_CONTRAST))).toEqual([])
})

function hex(text: string): Colour {
  const number = (at: number) => parseInt(text.slice(at, at + 2), 16)
  return [number(1), number(3), number(5)]
}

/** A colour with what is laid over it, as `rgb(r g b / a%)`. */
function over(back: Colour, veil: string): Colour {
  const [r = NaN, g = NaN, b = NaN, percent = NaN] = (veil.match(/\d+/g) ?? []).map(Number)
  const mixed = [r, g, b].map((level, i) => back[i]! * (1 - percent / 100) + level * (percent / 100))
  return mixed as Colour
}

function contrast(a: Colour, b: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: Colour): number {
  const [r = NaN, g = NaN, b = NaN] = colour.map((level) => {
    const share = level / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
