/**
 * The fonts that figures are set in: shipped with the program, so that a figure looks the same everywhere and can carry
 * its fonts along. Inter for sans serif, STIX Two Text (the type of many journals) for serif.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkit'
import { LRUCache } from 'lru-cache'
import { ShortTurns } from '../../process/short-turns'
import type { FontFamily, FontWeight, TextMark } from './scene'

interface FontFile {
  family: FontFamily
  weight: FontWeight
  /** As it is named in an SVG. */
  name: string
  file: string
}

const FILES: FontFile[] = [
  { family: 'sans', weight: 400, name: 'Inter', file: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf' },
  { family: 'sans', weight: 600, name: 'Inter', file: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf' },
  {
    family: 'serif',
    weight: 400,
    name: 'STIX Two Text',
    file: '@expo-google-fonts/stix-two-text/400Regular/STIXTwoText_400Regular.ttf',
  },
  {
    family: 'serif',
    weight: 600,
    name: 'STIX Two Text',
    file: '@expo-google-fonts/stix-two-text/600SemiBold/STIXTwoText_600SemiBold.ttf',
  },
]

/** The bundler declares a `require` of its own in every bundle. */
const packages = createRequire(import.meta.url)
const loaded = new Map<string, { bytes: Buffer; font: Font }>()

/** Where the font files of a family lie, regular first. */
export function fontFiles(family: FontFamily): { path: string; weight: FontWeight; name: string }[] {
  return FILES.filter((font) => font.family === family).map(({ file, weight, name }) => ({
    // In the packaged program native code reads the files beside the archive.
    path: packages.resolve(file).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked'),
    weight,
    name,
  }))
}

export function fontBytes(family: FontFamily, weight: FontWeight): Buffer {
  return load(family, weight).bytes
}

/** Width in points of text set at `size` points, kerning included. */
export function textWidth(content: string, size: number, family: FontFamily, weight: FontWeight = 400): number {
  return widthInEm(content, family, weight) * size
}

/** Measures texts ahead, in short turns: a thousand labels take a second, and each is asked for several times. */
export async function measureTexts(texts: readonly string[], family: FontFamily): Promise<void> {
  const turns = new ShortTurns()
  for (const text of texts) {
    widthInEm(text, family, 400)
    await turns.giveWay()
  }
}

/** Widths of texts at a size of 1. */
const widths = new LRUCache<string, number>({ max: 50_000 })

function widthInEm(content: string, family: FontFamily, weight: FontWeight): number {
  const key = `${family} ${weight} ${content}`
  let width = widths.get(key)
  if (width === undefined) {
    const { font } = load(family, weight)
    width = font.layout(content).advanceWidth / font.unitsPerEm
    widths.set(key, width)
  }
  return width
}

/** Height of a capital letter, in points. */
export function capHeight(size: number, family: FontFamily): number {
  const { font } = load(family, 400)
  return (font.capHeight / font.unitsPerEm) * size
}

/** The text, or as much of its beginning as fits `width` points, ended by an ellipsis. */
export function fitted(content: string, width: number, size: number, family: FontFamily, weight?: FontWeight): string {
  if (textWidth(content, size, family, weight) <= width) return content
  const letters = Array.from(content)
  let [fits, tooLong] = [0, letters.length]
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    const tried = `${letters.slice(0, middle).join('').trimEnd()}…`
    if (textWidth(tried, size, family, weight) <= width) fits = middle
    else tooLong = middle
  }
  return `${letters.slice(0, fits).join('').trimEnd()}…`
}

/** Letters without a glyph in the font, each once: they would be drawn as boxes. */
export function missingLetters(marks: readonly TextMark[], family: FontFamily): string[] {
  const missing = new Set<string>()
  for (const mark of marks) {
    const { font } = load(family, mark.weight)
    for (const letter of mark.text) {
      if (!font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0)) missing.add(letter)
    }
  }
  return [...missing]
}

function load(family: FontFamily, weight: FontWeight): { bytes: Buffer; font: Font } {
  const entry = FILES.find((font) => font.family === family && font.weight === weight)
  if (entry === undefined) throw new RangeError(`No font ${family} ${weight}.`)
  let font = loaded.get(entry.file)
  if (font === undefined) {
    const bytes = readFileSync(packages.resolve(entry.file))
    const opened = create(bytes)
    if (!('layout' in opened)) throw new TypeError(`${entry.file} is a collection of fonts.`)
    font = { bytes, font: opened }
    loaded.set(entry.file, font)
  }
  return font
}
