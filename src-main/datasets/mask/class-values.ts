/** Which value of index masks is which label of the dataset. */
import { ADE20K_NAMES } from './ade20k'
import type { ClassList } from './class-list'
import { VOC_NAMES } from './voc'

export interface LabelledMask {
  label: string | null
  values: ReadonlySet<number>
}

export interface ClassQuestion {
  /** The masks that were looked at. */
  masks: readonly LabelledMask[]
  /** Every label of the dataset. */
  labels: readonly string[]
  void: number | null
  /** The masks have VOC's palette or colours. */
  voc: boolean
  /** Lists of classes that lie beside the masks, the surest first. */
  lists?: readonly ClassList[]
  /** The model's class by label, where one is known. */
  classOf: ((label: string) => number | null) | null
}

export interface ClassValues {
  values: Record<string, number>
  /** What it was told from, for a sentence. */
  from: string
  /** The largest value that has a name, null where values go by no list of names. */
  most: number | null
  /** The list that was used, null for none. */
  list: ClassList | null
}

interface Numbering {
  from: string
  most: number | null
  valueOf(label: string): number | null
  /** Names hold for all masks; numberings by number or order are checked against every mask. */
  named: boolean
  list?: ClassList
}

/** Share of the masks with the class of their image that names must reach; VOC's palette is evidence for them, too. */
const PRESENT = 0.8
const PRESENT_IN_VOC = 0.5

/**
 * The value of each label: by the names of VOC and ADE20K, by number, by the model's class or by the order of the labels,
 * counted from 1 (0 is the background) or from 0. Each numbering is checked against the masks, which must contain the class of
 * their image. Null where none fits, or where several fit that differ.
 */
export function classValues(question: ClassQuestion): ClassValues | null {
  const fitting = numberings(question)
    .map((numbering) => ({ ...numbering, ...evidence(numbering, question) }))
    .filter(({ named, share, labels }) =>
      named ? share >= (question.voc ? PRESENT_IN_VOC : PRESENT) : share === 1 && labels > 1,
    )
  const given = fitting.filter(({ list }) => list !== undefined)
  // A list that lies beside the masks is meant for them; the surest that fits is taken.
  const surest = given.filter(({ list }) => list === given[0]?.list)
  const best = (surest.length > 0 ? surest : fitting.filter(({ named }) => named)).sort((a, b) => b.share - a.share)
  const [first, second] = best.length > 0 ? best : fitting
  if (first === undefined) return null
  // With equal evidence for different values the result is null.
  const rivals = best.length > 0 ? (second?.share === first.share ? [second] : []) : fitting.slice(1)
  const differs = (other: Numbering) => question.labels.some((label) => other.valueOf(label) !== first.valueOf(label))
  if (rivals.some(differs)) return null
  const entries = question.labels.flatMap((label) => {
    const value = first.valueOf(label)
    return value === null ? [] : [[label, value] as const]
  })
  return { values: Object.fromEntries(entries), from: first.from, most: first.most, list: first.list ?? null }
}

function numberings({ masks, labels, void: voidValue, classOf, voc, lists = [] }: ClassQuestion): Numbering[] {
  let most = 0
  for (const { values } of masks) for (const value of values) if (value !== voidValue && value > most) most = value
  const ordered = [...labels].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const byName = (from: string, names: readonly string[], synonyms: Record<string, string> = {}): Numbering[] => {
    if (most > names.length) return []
    const index = new Map(names.map((name, at) => [plain(name), at + 1]))
    const named = (label: string) => index.get(synonyms[plain(label)] ?? plain(label)) ?? null
    return [{ from, named: true, most: names.length, valueOf: named }]
  }
  const numbered = (from: string, of: (label: string) => number | null): Numbering[] => [
    { from: `${from}, counted from 1`, named: false, most: null, valueOf: (label) => plus(of(label), 1) },
    { from: `${from}, counted from 0`, named: false, most: null, valueOf: of },
  ]
  return [
    ...lists.flatMap((list) => byList(list, most)),
    ...byName('the names of PASCAL VOC', VOC_NAMES, VOC_SYNONYMS),
    ...(voc ? [] : byName('the names of ADE20K', ADE20K_NAMES)),
    { from: 'the labels, which are their values', named: false, most: null, valueOf: numberOf },
    {
      from: 'the labels, which count from 0 where masks count from 1',
      named: false,
      most: null,
      valueOf: (label) => plus(numberOf(label), 1),
    },
    ...(classOf === null ? [] : numbered("the model's classes", classOf)),
    ...(most > labels.length ? [] : numbered('the order of the labels', (label) => ordered.indexOf(label))),
  ]
}

/** A list whose names stand in order may count from 0 or from 1; the masks say which. */
function byList(list: ClassList, most: number): Numbering[] {
  const starts = list.ordered ? [0, 1] : [0]
  return starts.flatMap((start) => {
    const index = new Map([...indexesOf(list)].map(([name, at]) => [name, at + start]))
    const largest = Math.max(...list.names.map(({ index: at }) => at + start))
    const from = `the names in ${list.file}${list.ordered ? `, counted from ${start}` : ''}`
    const valueOf = (label: string) => index.get(plain(label)) ?? null
    return index.size === 0 || most > largest ? [] : [{ from, named: true, most: largest, list, valueOf }]
  })
}

/** Indexes by name. Of several classes with a name it is the one that has it first (ADE20K's two screens), or none's. */
function indexesOf({ names }: ClassList): Map<string, number> {
  const firstNames = new Map<number, string>()
  for (const { name, index } of names) if (!firstNames.has(index)) firstNames.set(index, plain(name))
  const found = new Map<string, number>()
  for (const [name, entries] of Map.groupBy(names, (entry) => plain(entry.name))) {
    const indexes = [...new Set(entries.map(({ index }) => index))]
    const own = indexes.length === 1 ? indexes : indexes.filter((index) => firstNames.get(index) === name)
    if (own.length === 1) found.set(name, own[0]!)
  }
  return found
}

/** The number of masks that contain their sample's value, and the number of labels of those samples. */
function evidence(
  { valueOf }: Numbering,
  { masks, void: voidValue }: ClassQuestion,
): { share: number; labels: number } {
  const labels = new Set<string>()
  let [asked, present] = [0, 0]
  for (const { label, values } of masks) {
    const value = label === null ? null : valueOf(label)
    if (label === null || value === null || value === voidValue) continue
    labels.add(label)
    asked++
    if (values.has(value)) present++
  }
  return { share: asked === 0 ? 0 : present / asked, labels: labels.size }
}

const VOC_SYNONYMS: Record<string, string> = {
  ...{ airplane: 'aeroplane', motorcycle: 'motorbike', tv: 'tvmonitor', couch: 'sofa' },
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function numberOf(label: string): number | null {
  return /^\d{1,6}$/.test(label) ? Number(label) : null
}

function plus(value: number | null, add: number): number | null {
  return value === null ? null : value + add
}
