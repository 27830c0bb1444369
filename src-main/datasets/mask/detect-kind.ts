/** The kind of a dataset's masks, detected from several of them. */
import type { Inside, MaskKind, MaskRule } from '@shared/masks'
import type { Census } from './census'
import { colourOfGrey, VOC_INDEX_OF_COLOUR } from './voc'

/** The kind that the names of the masks' folders or columns suggest. */
export type MaskHint = 'indices' | 'instances' | 'trimap' | null

/** A kind without the classes of its indices. */
export type DetectedKind = Omit<MaskRule, 'inside'> & { inside: Inside | null }

/** The usual void value of 8-bit masks. */
const VOID = 255
const WIDE_VOID = 65535
/** In a soft silhouette more than this share of the middle values lies on slopes, and less of all pixels is in the middle. */
export const SOFT = 0.5
/** Index masks with more classes are rarer than pictures. */
const MAX_CLASSES = 160
/** Share of a binary mask that a lossy format may leave between a quarter and three quarters of its brightest value. */
export const LOSSY_MIDDLE = 0.1
/** Trimaps: what is inside, what is outside, and the border. */
const TRIMAPS = [
  { values: [1, 2, 3], inside: 1, border: 3 },
  { values: [0, 128, 255], inside: 255, border: 128 },
  { values: [0, 127, 255], inside: 255, border: 127 },
] as const
/** Oxford's trimap counted from 0, as much code writes it; its values alone could be many things. */
const TRIMAP_FROM_0 = { values: [0, 1, 2], inside: 0, border: 2 } as const

const BINARY: ReadonlySet<number> = new Set([0, 1, VOID])

/** What the masks that were looked at have in common. */
interface Seen {
  masks: readonly Census[]
  /** All values, ascending. */
  values: number[]
  /** Of each mask, without 0 and 255. */
  marked: number[][]
}

/** The kind by values, palette and names, the surest first. `kind` is null where it cannot be told. */
export function detectKind(masks: readonly Census[], hint: MaskHint): DetectedKind {
  const seen = look(masks)
  const { values } = seen
  if (masks.some(({ lossy }) => lossy)) return lossyOf(masks)
  if (masks.some((mask) => mask.coloured)) return coloured(seen)
  if (masks.some(isSoft)) return soft('soft edges between dark and bright')
  if (values.length > MAX_CLASSES && masks.some(({ slope }) => slope > SOFT)) {
    return plain(null, 'The masks have as many levels as a photograph')
  }

  const trimap = trimapOf(values, hint)
  if (trimap !== null) return trimap
  if (values.some((value) => value !== 0 && value !== VOID)) {
    if (hint === 'indices') return indices(seen, 'the name of their folder')
    if (hint === 'instances') return instances(seen, 'the name of their folder')
  }
  if (isTwoCodings(masks)) return plain(null, 'Some masks have 0 and 1 and others 0 and 255')
  const binary = binaryOf(seen)
  if (binary !== null) return binary
  if (masks.some(({ vocPalette }) => vocPalette)) return indices(seen, 'the palette of PASCAL VOC')
  if (values.some((value) => value > VOID)) return instances(seen, 'values above 255')
  if (seen.marked.every(counted) && seen.marked.some((own) => own.length > 1)) {
    return instances(seen, 'each mask counts from 1 without a gap')
  }
  return indices(seen, 'values that each mask has another choice of')
}

/** The kind that was asked for, with the rest detected from the values. Null where the values do not fit. */
export function askedKind(kind: MaskKind, masks: readonly Census[]): DetectedKind | null {
  const seen = look(masks)
  switch (kind) {
    case 'trimap':
      return trimapOf(seen.values, 'trimap')
    case 'indices': {
      if (!masks.some(({ coloured }) => coloured)) return indices(seen, ASKED)
      const told = coloured(seen)
      return told.kind === 'indices' ? told : null
    }
    case 'instances':
      return instances(seen, ASKED)
    case 'binary': {
      const told = binaryOf(seen)
      if (told !== null) return { ...told, why: ASKED }
      const roughly = masks.some((mask) => mask.lossy || isSoft(mask))
      return roughly ? soft(ASKED) : { ...plain('binary', ASKED), inside: { by: 'marked' } }
    }
  }
}

const ASKED = 'it was asked for'

function look(masks: readonly Census[]): Seen {
  const colours = masks.some((mask) => mask.coloured)
  // Beside coloured masks a mask of greys is one of colours that happen to be grey: VOC's car is 128, 128, 128.
  if (colours) masks = masks.map((mask) => (mask.coloured ? mask : inColours(mask)))
  const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b)
  const values = ascending(new Set(masks.flatMap(({ counts }) => [...counts.keys()])))
  const marked = masks.map(({ counts }) =>
    ascending([...counts.keys()].filter((value) => value !== 0 && value !== VOID)),
  )
  return { masks, values, marked }
}

function inColours(mask: Census): Census {
  return { ...mask, counts: new Map([...mask.counts].map(([grey, count]) => [colourOfGrey(grey), count])) }
}

function plain(kind: MaskKind | null, why: string): DetectedKind {
  return { kind, void: null, inside: null, known: null, why }
}

function soft(why: string): DetectedKind {
  return { ...plain('binary', why), inside: { by: 'brightness' } }
}

function isSoft({ slope, between, counts }: Census): boolean {
  return counts.size > 3 && slope > SOFT && between < SOFT
}

/** Indices do not survive such a format. */
function lossyOf(masks: readonly Census[]): DetectedKind {
  if (masks.every((mask) => middleShare(mask) <= LOSSY_MIDDLE)) return soft('a format that keeps values only roughly')
  return plain(null, 'The masks have more than two levels in a format that keeps values only roughly (such as JPEG)')
}

export function middleShare({ counts }: Census): number {
  const most = Math.max(...counts.keys())
  let [middle, all] = [0, 0]
  for (const [value, count] of counts) {
    all += count
    if (value > most / 4 && value < (most * 3) / 4) middle += count
  }
  return middle / all
}

function trimapOf(values: readonly number[], hint: MaskHint): DetectedKind | null {
  const forms = hint === 'trimap' ? [...TRIMAPS, TRIMAP_FROM_0] : TRIMAPS
  const form = forms.find(
    (known) =>
      values.every((value) => (known.values as readonly number[]).includes(value)) &&
      (hint === 'trimap' || known.values.every((value) => values.includes(value))),
  )
  if (form === undefined) return null
  const why = `values ${form.values.join(', ')}${hint === 'trimap' ? ' and a name' : ''}`
  const inside = { by: 'value', value: form.inside } as const
  return { ...plain('trimap', why), void: form.border, inside, known: [...form.values] }
}

/** 0 and one more value, the same in all masks, perhaps with 255 for void: {0, 1}, {0, 255}, {0, 1, 255}. */
function binaryOf({ masks, values }: Seen): DetectedKind | null {
  if (masks.some(({ coloured, many }) => coloured || many)) return null
  const others = values.filter((value) => value !== 0)
  if (others.length > 2 || (others.length === 2 && (others[0] !== 1 || others[1] !== VOID))) return null
  // With VOC's palette 255 is void and other values are classes.
  if (masks.some(({ vocPalette }) => vocPalette) && others.some((value) => value !== 1)) return null
  if (isTwoCodings(masks)) return null
  // In masks without anything inside, 1 would be.
  const value = others[0] ?? 1
  const voidValue = others.length === 2 ? VOID : null
  const known = [...new Set([0, value, ...others])].sort((a, b) => a - b)
  return { ...plain('binary', `values ${known.join(', ')}`), void: voidValue, inside: { by: 'value', value }, known }
}

/** Some masks of 0 and 1 and others of 0 and 255, never both in one: 255 may as well be the object. */
function isTwoCodings(masks: readonly Census[]): boolean {
  const has = (value: number) => masks.some(({ counts }) => counts.has(value))
  const isPlain = masks.every(
    ({ counts, vocPalette }) => !vocPalette && [...counts.keys()].every((value) => BINARY.has(value)),
  )
  return isPlain && has(1) && has(VOID) && !masks.some(({ counts }) => counts.has(1) && counts.has(VOID))
}

function indices(seen: Seen, why: string): DetectedKind {
  return { ...plain('indices', why), void: voidOf(seen) }
}

function instances(seen: Seen, why: string): DetectedKind {
  return { ...plain('instances', why), void: voidOf(seen), inside: { by: 'marked' } }
}

/** 255 of 8 bits, 65535 of 16, unless it follows on other values: then it is one more of them. */
function voidOf({ masks, values }: Seen): number | null {
  if (masks.some((mask) => mask.coloured)) return null
  const voidValue = values.some((value) => value > VOID) ? WIDE_VOID : VOID
  return values.includes(voidValue - 1) || (voidValue === WIDE_VOID && !values.includes(WIDE_VOID)) ? null : voidValue
}

function counted(own: readonly number[]): boolean {
  return own.every((value, index) => value === index + 1)
}

/** VOC's classes saved as colours, or one colour on black; other colours have no known meaning. */
function coloured(seen: Seen): DetectedKind {
  const { masks, values } = seen
  if (!masks.some(({ many }) => many) && values.every((value) => VOC_INDEX_OF_COLOUR.has(value))) {
    return { ...plain('indices', 'the colours of PASCAL VOC'), void: VOID, colours: 'voc' as const }
  }
  const [black, colour, ...more] = values
  if (black === 0 && colour !== undefined && more.length === 0) {
    const why = 'one colour on black'
    return { ...plain('binary', why), inside: { by: 'value', value: colour }, known: [0, colour] }
  }
  return plain(
    null,
    `The masks are coloured pictures (${masks.some(({ many }) => many) ? 'thousands of' : values.length} colours), and which colour means what is not known`,
  )
}
