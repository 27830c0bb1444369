/** What is said of tables beside images that no label is taken from. */
import type { AppliedTables } from './apply-tables'
import { stemOf } from './image-table'
import type { PassedOverList } from './passed-over'
import type { ProblemList } from './problem-list'
import type { DatasetSample } from './source'
import { splitOfName } from './split-names'
import { isTable, singleCells, type TableFile } from './tables'

/** Columns that are named of a table without labels. */
const SHOWN = 8

/** A table that names none of the images. */
export interface UnusedTable {
  table: TableFile
  why: string
}

/**
 * Names tables that are no use. Of files of text only those that have a line for each image, of all or of one split, could hold
 * labels, by the order of the images, which is not assumed; the others are counted.
 */
export async function nameUnused(
  tables: readonly UnusedTable[],
  samples: readonly DatasetSample[],
  passedOver: PassedOverList,
): Promise<void> {
  const sizes = new Map<string | null, number>([[null, samples.length]])
  for (const { split } of samples) if (split !== null) sizes.set(split, (sizes.get(split) ?? 0) + 1)
  const counts = new Set(sizes.values())
  for (const { table, why } of tables) {
    const lines = /\.txt$/i.test(table.name) ? await singleCells(table) : null
    if (isTable(table.name)) passedOver.add(`table ${table.name}`, why)
    else if (lines !== null && lines > 1 && counts.has(lines)) {
      passedOver.add(
        `table ${table.name}`,
        `has a line for each of ${lines} images and names none of them; that they are in the order of the images is not assumed. Write the names of the files beside it (file_name,label)`,
      )
    } else if (lines !== 0) passedOver.add('files of text', `name none of the images, such as ${table.name}`)
  }
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
  for (const { table, columns, rows } of taken) {
    if (columns.attributes !== null) {
      problems.say(
        `The columns ${shownOf(columns.attributes)} of ${table.name} are attributes, of which an image may have several or none: no labels, but found with meta.NAME:1 in any filter.`,
      )
      continue
    }
    const names = [...new Set([...rows.values()].flatMap(({ metadata }) => Object.keys(metadata ?? {})))]
    if (columns.label !== null || names.length === 0) continue
    problems.say(`No column of ${table.name} is taken for the label (${shownOf(names)}); to take one, call it label.`)
  }
}

function shownOf(names: readonly string[]): string {
  return names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ', ...' : '')
}
