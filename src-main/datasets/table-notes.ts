/** Notes about the tables that labels are taken from. */
import { type AppliedTables, labelledOtherwise } from './apply-tables'
import type { ImageTable } from './image-table'
import type { ProblemList } from './problem-list'
import type { DatasetSample, LabelsFrom } from './source'
import { kindOf } from './table-kinds'

/** Images without a row stay, without a label, which is counted. */
export function sayUnrowed(
  kept: readonly number[],
  samples: readonly DatasetSample[],
  images: readonly string[],
  applied: AppliedTables,
  problems: ProblemList,
): void {
  if (applied.labelTables.length === 0) return
  const without = kept.filter((image, at) => !applied.rows.has(image) && samples[at]!.label === null)
  if (without.length === 0) return
  const names = [...new Set(applied.labelTables.map(({ table }) => table.name))]
  const count = `${without.length} ${without.length === 1 ? 'image' : 'images'} without a row in ${listed(names)}`
  problems.say(
    `${count} (${listed(without.map((image) => images[image]!))}); they stay, without a label. To take only images with a row, choose the table itself.`,
  )
}

/** A table that describes a folder comes before the names of folders; where they differ, that is an assumption. */
export function sayLabelledOtherwise(
  { labelTables }: AppliedTables,
  folderLabels: readonly (string | null)[],
  images: readonly string[],
  folders: LabelsFrom | null,
  assumed: string[],
): void {
  for (const table of labelTables) {
    const [first, ...more] = labelledOtherwise(table, folderLabels)
    if (first === undefined) continue
    const { name } = table.table
    const example = `${images[first]!} is ${table.rows.get(first)!.label} there`
    assumed.push(
      `${name} labels ${more.length + 1} of its ${table.rows.size} images otherwise than their folders (${example}); it is followed. --label-source ${folders!.level} takes the folders.`,
    )
  }
}

/** Labels from columns whose name does not mean label. */
export function sayAssumedLabel(labelTables: readonly ImageTable[], assumed: string[]): void {
  for (const { table, columns } of labelTables) {
    if (columns.label === 'dataset_label')
      assumed.push(
        `The column dataset_label of ${table.name} is taken for the label: its column label, where it has one, is the class that this was matched with.`,
      )
    if (!columns.isLabelAssumed) continue
    if (columns.oneHot !== null) {
      assumed.push(
        `Of the columns ${columns.label} of ${table.name} one is 1 in each row; its name is taken for the label.`,
      )
      continue
    }
    assumed.push(
      `The column ${columns.label} of ${table.name} is taken for the label: it is the only one that could be.`,
    )
  }
}

/** Of tables that label the same images otherwise one was taken, which is an assumption. */
export function sayRivals({ rivals }: AppliedTables, assumed: string[]): void {
  for (const table of new Set(rivals.map(([taken]) => taken))) {
    const others = rivals.flatMap(([taken, { table: other }]) => (taken === table ? [other.name] : []))
    const name = others[0]!.slice(others[0]!.lastIndexOf('/') + 1)
    const label = others.length === 1 ? 'labels' : 'label'
    assumed.push(
      `Labels are those of ${table.table.name}; ${listed(others)} ${label} the same images otherwise: --label-source ${name} takes it.`,
    )
  }
}

/** Tables of different names that have no label in common may be about different things, such as variants and manufacturers. */
export function sayKinds({ labelTables }: AppliedTables, assumed: string[]): void {
  const byKind = [...Map.groupBy(labelTables, kindOf).values()]
  const [first, ...others] = byKind.map((tables) => ({ name: tables[0]!.table.name, labels: labelsOf(tables) }))
  const apart =
    first === undefined ? [] : others.filter(({ labels }) => ![...labels].some((label) => first.labels.has(label)))
  if (apart.length === 0) return
  assumed.push(
    `Labels are those of ${first!.name} and of ${listed(apart.map(({ name }) => name))}, which have none in common: if they are of different kinds, --label-source ${first!.name} takes the first alone.`,
  )
}

function labelsOf(tables: readonly ImageTable[]): Set<string> {
  return new Set(tables.flatMap(({ rows }) => [...rows.values()].flatMap(({ label }) => label ?? [])))
}

/** Three of the names, the rest counted. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
