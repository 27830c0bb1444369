/** What the columns of a table about images are. */
import { isBoxColumn } from './boxes'
import { columnRoles, isLabelValue, textOf } from './columns'
import { isSynsetBoxes, markedColumns } from './label-columns'
import { splitOfName } from './split-names'
import type { TableRow } from './tables'

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

export interface ImageColumns {
  path: string
  /** The column of labels, or those of `oneHot` in words; null for a table without. */
  label: string | null
  /** One-hot columns: in each row one of them is 1, and its name is the label. */
  oneHot: readonly string[] | null
  /** The column of labels holds synsets with boxes. */
  isSynsetBoxes: boolean
  /** Columns of 0 or -1 and 1 of which a row may have several, which are not labels. */
  attributes: readonly string[] | null
  /** True where the label is the only column that could be one, by no name of its own. */
  isLabelAssumed: boolean
  mask: string | null
  split: string | null
}

/**
 * What the columns are: the path by name or by what is found, the label by name or as the one that is left. `headless` is the name
 * of a table without a line of names, null for one with.
 */
export function imageColumns(
  rows: readonly TableRow[],
  isFound: (value: unknown) => boolean,
  headless: string | null,
): ImageColumns | null {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const roles = columnRoles(columns)
  const shares = columns.map((column) => ({ column, found: rows.filter((row) => isFound(row[column])).length }))
  const maximum = Math.max(0, ...shares.map(({ found }) => found))
  if (maximum === 0) return null
  const named = shares.find(({ column, found }) => column === roles.path && found > 0)
  const path = (named ?? shares.find(({ found }) => found === maximum)!).column
  const mask = roles.mask === path ? null : roles.mask
  const isNumber = headless !== null && isRowNumber(rows, roles.label, path, columns)
  const given = roles.label === path || isNumber ? null : roles.label
  const isSplitTable = headless !== null && SPLIT_TABLE.test(headless)
  const split =
    columns.find((column) => SPLITS.test(column) && isSplitColumn(rows, column)) ?? (isSplitTable ? given : null)
  const label = isSplitTable ? null : given
  const others = columns.filter((column) => ![path, split, mask].includes(column) && !isBoxColumn(column))
  const rest = { path, mask, split, oneHot: null, attributes: null, isSynsetBoxes: false, isLabelAssumed: false }
  if (label !== null) return { ...rest, label }
  const boxes = others.length === 1 && isSynsetBoxes(rows, others[0]!) ? others[0]! : null
  if (boxes !== null) return { ...rest, label: boxes, isSynsetBoxes: true }
  if (others.length === 1 && looksLikeLabel(rows, others[0]!))
    return { ...rest, label: others[0]!, isLabelAssumed: true }
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

/** Values that repeat and are not measurements. */
function looksLikeLabel(rows: readonly TableRow[], column: string): boolean {
  if (NO_LABEL.test(column.toLowerCase().replace(/[^a-z0-9]/g, ''))) return false
  const values = rows.map((row) => textOf(row[column])).filter((value) => value !== null && isLabelValue(value))
  const distinct = new Set(values).size
  return distinct > 0 && (rows.length < 20 ? distinct < rows.length || distinct === 1 : distinct <= rows.length / 2)
}
