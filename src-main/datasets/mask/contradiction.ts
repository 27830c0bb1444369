/** Contradictions between a single mask and the rule by which all masks of its dataset are read. */
import type { MaskReading } from '@shared/masks'
import { takeCensus } from './census'
import type { MaskValues } from './read-mask-values'
import { LOSSY_MIDDLE, middleShare, SOFT } from './detect-kind'
import { colourOfGrey, VOC_INDEX_OF_COLOUR } from './voc'

const VOID = 255
/** Where less of the middle values lies on slopes than this, they are not soft edges. */
const FLAT = 0.25
/** Values that are named in a sentence. */
const NAMED = 6

/**
 * A sentence, null for nothing. The kind of masks is told from some of them, so that another may show values that the kind
 * cannot have: read all the same, it would give a number that means something else.
 */
export function contradiction(mask: MaskValues, reading: MaskReading): string | null {
  const { coloured, lossy } = mask
  const { inside, known, void: voidValue, colours, asked } = reading
  if (colours === 'voc')
    return strange(mask.values, (value) => VOC_INDEX_OF_COLOUR.has(coloured ? value : colourOfGrey(value)))
  if (known !== null) return strange(mask.values, (value) => known.includes(value), known)
  if (inside.by === 'brightness') return asked?.kind ? null : notSoft(mask)
  if (lossy) return 'The mask is in a format that keeps values only roughly, and values are read exactly.'
  if (coloured && !(inside.by === 'marked' && voidValue === null)) {
    return 'The mask is a coloured picture, and the masks are read as numbers.'
  }
  return manyClasses(mask.values, reading) ?? nameless(mask.values, reading) ?? takenVoid(mask.values, reading)
}

/** Values in ascending order, the first few. */
export function listed(values: readonly number[]): string {
  const ordered = [...values].sort((a, b) => a - b)
  return `${ordered.slice(0, NAMED).join(', ')}${ordered.length > NAMED ? ', ...' : ''}`
}

type Values = MaskValues['values']

function strange(values: Values, isKnown: (value: number) => boolean, known?: readonly number[]): string | null {
  if (values.every(isKnown)) return null
  const others = [...new Set(values)].filter((value) => !isKnown(value))
  const expected = known === undefined ? "PASCAL VOC's colours are known" : `${listed(known)} are known`
  const named = known === undefined ? 'colours of another kind' : listed(others)
  return `The mask has ${named}, and only ${expected}.`
}

/** A silhouette has two levels, or soft edges between them. */
function notSoft(mask: MaskValues): string | null {
  if (mask.coloured) return 'The mask is a coloured picture, and the masks are read by their brightness.'
  const census = takeCensus(mask)
  const { counts, slope, between } = census
  const fits = mask.lossy ? middleShare(census) <= LOSSY_MIDDLE : counts.size <= 2 || (slope > FLAT && between < SOFT)
  if (fits) return null
  return `The mask has levels between dark and bright that are not edges (${listed([...counts.keys()])}), and the masks are read as brighter than half.`
}

function manyClasses(values: Values, { inside, void: voidValue }: MaskReading): string | null {
  if (inside.by !== 'only') return null
  const classes = [...new Set(values)].filter((value) => value !== 0 && value !== voidValue)
  return classes.length <= 1 ? null : `The mask has several classes (${listed(classes)}), where each mask has one.`
}

function nameless(values: Values, { most, void: voidValue }: MaskReading): string | null {
  if (most === undefined) return null
  const others = [...new Set(values)].filter((value) => value > most && value !== voidValue)
  return others.length === 0 ? null : `The mask has ${listed(others)}, and the names of its classes end at ${most}.`
}

/** 255 after 254, or below larger values, is one more number and not the void that it was taken for. */
function takenVoid(values: Values, { void: voidValue, asked }: MaskReading): string | null {
  if (voidValue !== VOID || asked?.void || !values.includes(VOID)) return null
  const other = values.includes(VOID - 1) ? VOID - 1 : values.find((value) => value > VOID)
  return other === undefined
    ? null
    : `The mask has ${other} beside 255, which is taken as void: --mask-void says what it is.`
}
