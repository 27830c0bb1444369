/** Notes about tables beside images that give no labels. */
import type { AppliedTables } from './apply-tables'
import { type ImageTable, stemOf } from './image-table'
import type { LabelLines } from './label-lines'
import type { PassedOverList } from './passed-over'
import type { ProblemList } from './problem-list'
import type { DatasetSample } from './source'
import { splitOfName } from './split-names'
import { listed } from './table-notes'
import { firstLine, isTable, type TableFile } from './tables'

/** Columns that are named of a table without labels. */
const SHOWN = 8
/** Files of one image each that are looked into. */
const LOOK = 20
/** Class, centre and size of a box, or the corners of a polygon. */
const YOLO = /^\d+( +-?\d*\.?\d+(e-?\d+)?){4,}\s*$/i
/** Its numbers follow the devkit's own list of synsets, which is not sorted: models count otherwise. */
const DEVKIT = /^ILSVRC20\d\d_.*ground_truth$/i

/** A table that names none of the images. */
export interface UnusedTable {
  table: TableFile
  why: string
  /** The file itself cannot be read, or not as what its name says. */
  isUnread: boolean
}

/** True where a file of text gives numbers that are not class numbers of any model. */
export function isDevkit({ name }: TableFile): boolean {
  return DEVKIT.test(stemOf(name))
}

/**
 * Names tables that are not used. Of files of text only those that have a line for each image, of all or of one split, could hold
 * labels, by the order of the images, which is offered; the others are counted.
 */
export async function nameUnused(
  tables: readonly UnusedTable[],
  lines: readonly LabelLines[],
  passedOver: PassedOverList,
): Promise<void> {
  const byTable = new Map(lines.map((found) => [found.table, found]))
  for (const { table, why, isUnread } of tables) {
    const { name } = table
    const found = byTable.get(table)
    if (isDevkit(table)) {
      const numbers = "its numbers are those of the devkit's own order of synsets, no class numbers of models"
      passedOver.add(
        `table ${name}`,
        `${numbers}; put Kaggle's LOC_val_solution.csv beside the images, or write a table (file_name,label)`,
      )
    } else if (isUnread || isTable(name) || /\.json$/i.test(name)) passedOver.add(`table ${name}`, why)
    else if (found !== undefined) {
      passedOver.add(
        `table ${name}`,
        `has a line for each of ${found.images.length} images and names none; by the order of the images they would be ${found.pairs}: --label-source ${name} takes that`,
      )
    } else if ((await firstLine(table)) !== null)
      passedOver.add('files of text', `name none of the images, such as ${name}`)
  }
}

/** Counts files of text of one image each: boxes as YOLO writes them, or whatever else. */
export async function nameSidecars(sidecars: readonly TableFile[], passedOver: PassedOverList): Promise<void> {
  if (sidecars.length === 0) return
  let boxes = false
  for (const table of sidecars.slice(0, LOOK)) {
    // A file that cannot be read is counted with the others.
    boxes ||= YOLO.test((await firstLine(table).catch(() => null)) ?? '')
  }
  const example = `such as ${sidecars[0]!.name}`
  if (boxes) {
    const why = `class numbers with boxes of an image, of which it may have several, are not labels, ${example}`
    passedOver.add('files of boxes (YOLO)', why, sidecars.length)
  } else passedOver.add('files of text of one image each', `not looked into, ${example}`, sidecars.length)
}

/** Counts rows that name an image that is not there, of all tables together. */
export function nameMissing(tables: readonly ImageTable[], passedOver: PassedOverList): void {
  const found = tables.filter(({ missing }) => missing.length > 0)
  if (found.length === 0) return
  const names = found.flatMap(({ missing }) => missing)
  const verb = found.length === 1 ? 'names' : 'name'
  const why = `${listed(found.map(({ table }) => table.name))} ${verb} ${listed(names)}, which are not there`
  passedOver.add('rows without an image', why, names.length)
}

/** Names tables that are lists of images by no name of a split, which say nothing of them. */
export function nameLists({ taken }: AppliedTables, passedOver: PassedOverList): void {
  for (const { table, rows } of taken) {
    const isEmpty = [...rows.values()].every((row) => Object.values(row).every((value) => value === null))
    if (isEmpty && splitOfName(stemOf(table.name)) === null)
      passedOver.add(`table ${table.name}`, 'names images and says nothing of them')
  }
}

/** Says that tables name the images and no column of them is the label, where nothing else gives one. */
export function sayUnlabelling(
  { taken, labelTables }: AppliedTables,
  samples: readonly DatasetSample[],
  problems: ProblemList,
): void {
  const labels = new Set(samples.map(({ label }) => label))
  if (labelTables.length > 0 || labels.size > 1) return
  for (const { table, columns, rows, notes } of taken) {
    if (columns.attributes !== null) {
      problems.say(
        `The columns ${shownOf(columns.attributes)} of ${table.name} are attributes, of which an image may have several or none: no labels, but found with meta.NAME:1 in any filter.`,
      )
      continue
    }
    const names = [...new Set([...rows.values()].flatMap(({ metadata }) => Object.keys(metadata ?? {})))]
    if (columns.label !== null || names.length === 0 || notes.isDetection) continue
    problems.say(`No column of ${table.name} is taken for the label (${shownOf(names)}); to take one, call it label.`)
  }
}

function shownOf(names: readonly string[]): string {
  return names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', ...' : '')
}
