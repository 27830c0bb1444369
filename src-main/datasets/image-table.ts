/** A table read as what it says of a dataset's images. */
import { setImmediate } from 'node:timers/promises'
import { HeadlightError } from '@shared/errors'
import { boxOf, isBoxColumn } from './boxes'
import { columnRoles, isLabelValue, metadataOf, textOf } from './columns'
import { isSynsetBoxes, marked, markedColumns, synsetsOf } from './label-columns'
import type { BoxMask } from './location'
import { ProblemList } from './problem-list'
import type { Metadata } from './source'
import { splitOfName, splitOfPath } from './split-names'
import { readTable, type TableFile, type TableNotes, type TableRow } from './tables'

/** Rows that are looked at to tell what the columns are. */
const LOOK = 1000
/** Rows between which others get their turn. */
const PAUSE = 2000
/** Names of columns that are shown of a table that is no use. */
const COLUMNS_SHOWN = 6
/** Columns that are about an image and never its class. */
const NO_LABEL =
  /^(id|ids|index|idx|uuid|key|text|caption|captions|description|title|prompt|url|uri|link|source|date|time|timestamp|width|height|size|bytes|md5|sha\d*|hash|license|licence|author|patient\w*|age|sex|gender|site|score|weight|confidence|lat|lon|latitude|longitude|fold|note|notes|usage|count)$/
const SPLITS = /^(split|splits|subset|set|partition|dataset|usage|phase)$/i
/** Columns of split by their names alone, whatever they hold: CelebA's and WILDS' are 0, 1 and 2. */
const SURE_SPLITS = /^(splits?|partition)$/i
/** Tables whose one column is the split: CelebA's `list_eval_partition.txt`. */
const SPLIT_TABLE = /(^|[_-])(partition|splits?|folds?)$/i
/** Rows from which on numbers 1, 2, 3, ... are those of the rows. */
const COUNTED = 20
/** Columns that are named of those that say a label together. */
const LABEL_COLUMNS_SHOWN = 3

/** What one table says of one image. */
export interface ImageRow {
  label: string | null
  split: string | null
  /** As the table writes it. */
  mask: string | null
  box: BoxMask | null
  metadata: Metadata | null
}

export interface ImageTable {
  table: TableFile
  /** Folder of the table with '/' at its end; empty at the top. */
  folder: string
  /** By the image's place in the index. */
  rows: Map<number, ImageRow>
  /** Rows that name an image that is not there. */
  missing: string[]
  columns: ImageColumns
  /** What was found wrong or taken for granted while it was read; to be said where the table is taken. */
  notes: TableNotes
}

export interface ImageColumns {
  path: string
  /** The column of labels, or those of `oneHot` in words; null for a table without. */
  label: string | null
  /** Columns of which each row has one that is 1, whose name is the label. */
  oneHot: readonly string[] | null
  /** The column of labels holds synsets with boxes. */
  isSynsetBoxes: boolean
  /** Columns of 0 or -1 and 1 of which a row may have several, which are no labels. */
  attributes: readonly string[] | null
  /** True where the label is the only column that could be one, by no name of its own. */
  isLabelAssumed: boolean
  mask: string | null
  split: string | null
}

export type FoundRow = { image: number } | { missing: true } | { ambiguous: true } | { refused: string }

/** Finds the image that a row of a table in `folder` means, where the table is named after a `split`. */
export interface ImageFinder {
  /** Paths relative to the dataset, with '/'; their places are what `find` gives. */
  readonly paths: readonly string[]
  find(written: string, folder: string, split: string | null): FoundRow
}

/** Null for a table that names none of the images; `onNone` is told why. */
export async function readImageTable(
  table: TableFile,
  index: ImageFinder,
  signal?: AbortSignal,
  onNone: (why: string) => void = () => {},
): Promise<ImageTable | null> {
  const read = await readNamed(table, index, signal, onNone)
  if (read !== 'headless') return read
  const again = await readNamed(table, index, signal, onNone, true)
  return again === 'headless' ? null : again
}

/** 'headless' where the line of names is a row: where an image is called as one of them. */
async function readNamed(
  table: TableFile,
  index: ImageFinder,
  signal: AbortSignal | undefined,
  onNone: (why: string) => void,
  headless?: true,
): Promise<ImageTable | null | 'headless'> {
  const folder = table.name.slice(0, table.name.lastIndexOf('/') + 1)
  const split = splitOfName(stemOf(table.name)) ?? splitOfPath(table.name)
  const notes: TableNotes = { problems: new ProblemList(), assumed: [] }
  const find = (written: string | null) => (written === null ? null : index.find(written, folder, split))
  const looked: TableRow[] = []
  let read: ImageTable | null = null
  const isFound = (value: unknown) => {
    const found = find(textOf(value))
    return found !== null && 'image' in found
  }
  const start = () => {
    if (!headless && namesAreRow(table, looked[0], isFound)) return 'headless'
    const columns = imageColumns(looked, isFound, stemOf(table.name))
    if (columns === null) {
      onNone(whyNone(looked))
      return null
    }
    read = { table, folder, rows: new Map(), missing: [], columns, notes }
    looked.forEach((row, at) => addRow(read!, row, at + 1, find, notes.problems))
    return read
  }
  let rows = 0
  try {
    for await (const row of readTable(table, notes, headless && isFound)) {
      rows += 1
      if (rows % PAUSE === 0) await pause(signal)
      if (read !== null) addRow(read, row, rows, find, notes.problems)
      else if (looked.push(row) === LOOK) {
        const started = start()
        if (started === null || started === 'headless') return started
      }
    }
  } catch (error) {
    if (!(error instanceof HeadlightError) || error.code !== 'unsupported-dataset') throw error
    onNone(error.message)
    return null
  }
  return read ?? start()
}

/** Whether what was taken for names of columns is a row: none of them is a usual name, and one is that of an image. */
function namesAreRow({ name }: TableFile, row: TableRow | undefined, isFound: (value: unknown) => boolean): boolean {
  const names = Object.keys(row ?? {})
  const { path, label } = columnRoles(names)
  return /\.(csv|tsv|txt)$/i.test(name) && path === null && label === null && names.some(isFound)
}

function whyNone(rows: readonly TableRow[]): string {
  const names = Object.keys(rows[0] ?? {})
  const { path } = columnRoles(names)
  if (names.length === 0) return 'has no rows'
  if (path !== null) return `names none of the images in its column ${path}, such as ${textOf(rows[0]![path])}`
  const shown = names.slice(0, COLUMNS_SHOWN).join(', ')
  return `no column names images (${shown}${names.length > COLUMNS_SHOWN ? ', ...' : ''})`
}

function addRow(
  { rows, missing, columns }: ImageTable,
  row: TableRow,
  number: number,
  find: (written: string | null) => FoundRow | null,
  problems: ProblemList,
): void {
  const written = textOf(row[columns.path])
  const found = find(written)
  if (found === null) return problems.add('names no file; passed over', `Row ${number}`)
  if ('refused' in found) return problems.add(found.refused, `Row ${number} (${written})`)
  if ('ambiguous' in found) return problems.add('fits several images; passed over', `Row ${number} (${written})`)
  if ('missing' in found) {
    missing.push(written!)
    return
  }
  const { label, mask, split, path } = columns
  const entry: ImageRow = {
    label: labelOf(row, columns, (why) => problems.add(why, written!)),
    split: split === null ? null : textOf(row[split]),
    mask: mask === null ? null : textOf(row[mask]),
    box: boxOf(row),
    metadata: metadataOf(row, [path, label, mask]),
  }
  const former = rows.get(found.image)
  if (former === undefined) rows.set(found.image, entry)
  else mergeRow(former, entry, written!, problems)
}

function labelOf(row: TableRow, columns: ImageColumns, onNone: (why: string) => void): string | null {
  const { label, oneHot, isSynsetBoxes } = columns
  if (label === null) return null
  if (oneHot === null && !isSynsetBoxes) return textOf(row[label])?.trim() || null
  const found = oneHot === null ? synsetsOf(row[label]) : marked(row, oneHot)
  if (found.length > 1) onNone(`several labels in ${label}; has none`)
  return found.length === 1 ? found[0]! : null
}

/** An image with several rows has the label that all of them have, and no box: of several none stands for the object. */
function mergeRow(former: ImageRow, row: ImageRow, name: string, problems: ProblemList): void {
  if (former.label !== row.label && former.label !== null) {
    if (row.label === null) return
    problems.add('listed with several labels; has none', name)
    former.label = null
  } else if (former.box !== null || row.box !== null) {
    problems.add('listed with several boxes; has none', name)
  } else problems.add('listed more than once; the first is taken', name)
  former.box = null
}

/** What the columns are: the path by name or by what is found, the label by name or as the one that is left. */
export function imageColumns(
  rows: readonly TableRow[],
  isFound: (value: unknown) => boolean,
  stem = '',
): ImageColumns | null {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const roles = columnRoles(columns)
  const shares = columns.map((column) => ({ column, found: rows.filter((row) => isFound(row[column])).length }))
  const most = Math.max(0, ...shares.map(({ found }) => found))
  if (most === 0) return null
  const named = shares.find(({ column, found }) => column === roles.path && found > 0)
  const path = (named ?? shares.find(({ found }) => found === most)!).column
  const mask = roles.mask === path ? null : roles.mask
  const given = roles.label === path || isRowNumber(rows, roles.label, path, columns) ? null : roles.label
  const isSplitTable = SPLIT_TABLE.test(stem) && given === 'label'
  const split =
    columns.find((column) => SPLITS.test(column) && isSplitColumn(rows, column)) ?? (isSplitTable ? given : null)
  const label = isSplitTable ? null : given
  const others = columns.filter((column) => ![path, split, mask].includes(column) && !isBoxColumn(column))
  const rest = { path, mask, split, oneHot: null, attributes: null, isSynsetBoxes: false, isLabelAssumed: false }
  if (label !== null) return { ...rest, label }
  const boxes = others.length === 1 && isSynsetBoxes(rows, others[0]!) ? others[0]! : null
  if (boxes !== null) return { ...rest, label: boxes, isSynsetBoxes: true }
  if (others.length === 1 && looksLikeLabel(rows, others[0]!)) return { ...rest, label: others[0]!, isLabelAssumed: true }
  const marks = markedColumns(rows, others)
  if (marks === null) return { ...rest, label: null }
  if (!marks.isOneHot) return { ...rest, label: null, attributes: marks.columns }
  const shown = marks.columns.slice(0, LABEL_COLUMNS_SHOWN).join(', ')
  const more = marks.columns.length - LABEL_COLUMNS_SHOWN
  return { ...rest, label: more > 0 ? `${shown} and ${more} more` : shown, oneHot: marks.columns, isLabelAssumed: true }
}

/**
 * Numbers of rows in a table without names: a column in front of the paths with another value in every row, or one behind them
 * that counts 1, 2, 3 (ImageNet's `val.txt`).
 */
function isRowNumber(
  rows: readonly TableRow[],
  label: string | null,
  path: string,
  columns: readonly string[],
): boolean {
  if (label !== 'label' || rows.length < 3) return false
  const values = rows.map((row) => textOf(row[label]))
  return columns.indexOf(label) > columns.indexOf(path)
    ? rows.length >= COUNTED && values.every((value, index) => value === String(index + 1))
    : new Set(values).size === rows.length
}

function isSplitColumn(rows: readonly TableRow[], column: string): boolean {
  if (SURE_SPLITS.test(column)) return true
  const values = rows.flatMap((row) => textOf(row[column]) ?? [])
  return values.length > 0 && values.every((value) => splitOfName(value) !== null)
}

/** Values that repeat and are no measurements. */
function looksLikeLabel(rows: readonly TableRow[], column: string): boolean {
  if (NO_LABEL.test(column.toLowerCase().replace(/[^a-z0-9]/g, ''))) return false
  const values = rows.map((row) => textOf(row[column])).filter((value) => value !== null && isLabelValue(value))
  const distinct = new Set(values).size
  return distinct > 0 && (rows.length < 20 ? distinct < rows.length || distinct === 1 : distinct <= rows.length / 2)
}

async function pause(signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  await setImmediate()
}

export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}
