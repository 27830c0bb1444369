/** A table read as what it says of a dataset's images. */
import { setImmediate } from 'node:timers/promises'
import { HeadlightError } from '@shared/errors'
import { boxOf } from './boxes'
import { columnRoles, metadataOf, textOf } from './columns'
import { type ImageColumns, imageColumns } from './image-columns'
import { marked, synsetsOf } from './label-columns'
import type { BoxMask } from './location'
import { ProblemList } from './problem-list'
import type { Metadata } from './source'
import { splitOfName, splitOfPath } from './split-names'
import type { TableNotes } from './reading-notes'
import { readTable, type TableFile, type TableRow } from './tables'

/** Rows that are looked at to tell what the columns are. */
const LOOK = 1000
/** Rows between which others get their turn. */
const PAUSE = 2000
/** Names of columns that are shown of a table that is not used. */
const COLUMNS_SHOWN = 6

/** What one table says of one image. */
export interface ImageRow {
  label: string | null
  /** Why it has none, where the table gives one that is not taken. */
  whyNoLabel?: string
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

export type FoundRow = { image: number } | { missing: true } | { ambiguous: true } | { refused: string }

/** Finds the image that a row of a table in `folder` means, where the table is named after a `split`. */
export interface ImageFinder {
  /** Paths relative to the dataset, with '/'; their places are what `find` gives. */
  readonly paths: readonly string[]
  find(written: string, folder: string, split: string | null): FoundRow
}

/** Called with the reason why a table names none of the images, and whether it cannot be read. */
export type OnNoTable = (why: string, isUnread: boolean) => void

/** Null for a table that names none of the images, or that cannot be read: a damaged table does not stop the listing of a dataset. */
export async function readImageTable(
  table: TableFile,
  index: ImageFinder,
  signal?: AbortSignal,
  onNone: OnNoTable = () => {},
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
  onNone: OnNoTable,
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
    if (!headless && namesAreRow(notes, isFound)) return 'headless'
    const columns = imageColumns(looked, isFound, notes.isHeadless ? stemOf(table.name) : null)
    if (columns === null) {
      onNone(whyNone(looked), false)
      return null
    }
    read = { table, folder, rows: new Map(), missing: [], columns, notes }
    looked.forEach((row, at) => addRow(read!, row, at + 1, find, notes.problems))
    return read
  }
  let rows = 0
  try {
    for await (const row of readTable(table, notes, headless && isFound)) {
      rows++
      if (rows % PAUSE === 0) await pause(signal)
      if (read !== null) addRow(read, row, rows, find, notes.problems)
      else if (looked.push(row) === LOOK) {
        const started = start()
        if (started === null || started === 'headless') return started
      }
    }
  } catch (error) {
    signal?.throwIfAborted()
    // Errors with a code, ours or the system's, are about the file. Any other error is a bug.
    if (!(error instanceof Error && 'code' in error)) throw error
    onNone(error instanceof HeadlightError ? error.message : `cannot be read (${error.message})`, true)
    return null
  }
  return read ?? start()
}

/** Whether the first row, taken for names of columns, is data: no cell is a known column name, and one names an image. */
function namesAreRow({ names, isHeadless }: TableNotes, isFound: (value: unknown) => boolean): boolean {
  if (names === undefined || isHeadless) return false
  const { path, label } = columnRoles(names)
  return path === null && label === null && names.some(isFound)
}

function whyNone(rows: readonly TableRow[]): string {
  const names = Object.keys(rows[0] ?? {})
  const { path } = columnRoles(names)
  if (names.length === 0) return 'has no rows'
  if (path !== null) return `names none of the images in its column ${path}, such as ${textOf(rows[0]![path])}`
  const shown = names.slice(0, COLUMNS_SHOWN).join(', ')
  const columns = names.length > COLUMNS_SHOWN ? `${shown}, ...` : shown
  return `no column names images (${columns}), so that it gives no labels; give it a column path with the file of each row`
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
  let whyNoLabel: string | undefined
  const entry: ImageRow = {
    label: labelOf(row, columns, (why) => {
      whyNoLabel = why
      problems.add(`${why}; has none`, written!)
    }),
    split: split === null ? null : textOf(row[split]),
    mask: mask === null ? null : textOf(row[mask]),
    box: boxOf(row),
    metadata: metadataOf(row, [path, label, mask]),
  }
  if (whyNoLabel !== undefined) entry.whyNoLabel = whyNoLabel
  const former = rows.get(found.image)
  if (former === undefined) rows.set(found.image, entry)
  else mergeRow(former, entry, written!, problems)
}

function labelOf(row: TableRow, columns: ImageColumns, onNone: (why: string) => void): string | null {
  const { label, oneHot, isSynsetBoxes } = columns
  if (label === null) return null
  if (oneHot === null && !isSynsetBoxes) return textOf(row[label])?.trim() || null
  const found = oneHot === null ? synsetsOf(row[label]) : marked(row, oneHot)
  if (found.length !== 1) onNone(`${found.length === 0 ? 'no label' : 'several labels'} in ${label}`)
  return found.length === 1 ? found[0]! : null
}

/** An image with several rows has the label that all of them have, and no box: of several none stands for the object. */
function mergeRow(former: ImageRow, row: ImageRow, name: string, problems: ProblemList): void {
  if (former.label !== row.label && former.label !== null) {
    if (row.label === null) return
    problems.add('listed with several labels; has none', name)
    former.label = null
    former.whyNoLabel = 'listed with several labels'
  } else if (former.box !== null || row.box !== null) {
    problems.add('listed with several boxes; has none', name)
  } else problems.add('listed more than once; the first is taken', name)
  former.box = null
}

async function pause(signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  await setImmediate()
}

/** The same name, or the same number: the folder 00007 and the label 7. */
export function isSameLabel(a: string, b: string): boolean {
  return a === b || ([a, b].every((label) => /^\d{1,15}$/.test(label)) && Number(a) === Number(b))
}

export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}
