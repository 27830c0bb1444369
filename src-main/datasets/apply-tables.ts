/** Which of a dataset's tables give its labels. */
import { HeadlightError } from '@shared/errors'
import { type ImageRow, type ImageTable, isSameLabel, stemOf } from './image-table'
import type { PassedOverList } from './passed-over'
import type { LabelSource } from './source'
import { type RivalKinds, kindOf, rivalKinds } from './table-kinds'
import { splitOfName, splitOfPath } from './split-names'

/** Tables of these names describe the images of their folder, as Hugging Face's imagefolder reads them. */
const DESCRIBES = /^(metadata|manifest)$/i
/** Tables that are filled in for images without known labels. */
const TEMPLATE = /submission|sample_?sub/i

export interface AppliedTables {
  /** What tables contain about an image, by its index; `labels` where this includes its label. */
  rows: Map<number, ImageRow & { table: ImageTable; hasLabel: boolean }>
  /** Tables that anything is taken from. */
  taken: ImageTable[]
  /** Tables that labels are from. */
  labelTables: ImageTable[]
  /** Tables that disagree with a used table about labels: [the used one, the other]. */
  rivals: [ImageTable, ImageTable][]
}

/**
 * Takes tables for labels and metadata. A table that describes a folder, and one for images that no folder labels, is taken;
 * one that labels images otherwise than their folders is passed over and named. `source` names a table that is used in any case.
 * Throws 'usage' where there is no table of that name.
 */
export function applyTables(
  tables: readonly ImageTable[],
  folderLabels: readonly (string | null)[],
  source: LabelSource,
  passedOver: PassedOverList,
): AppliedTables {
  const asked = typeof source === 'string' && source !== 'auto' && source !== 'none' ? source : null
  const chosen = asked === null ? null : tables.filter(({ table }) => isNamed(table.name, asked))
  if (chosen?.length === 0) throw noTable(asked!, tables)
  const applied: AppliedTables = { rows: new Map(), taken: [], labelTables: [], rivals: [] }
  const ordered = inOrder(tables, chosen)
  const kinds = rivalKinds(ordered.filter((table) => saysLabels(table)))
  for (const table of ordered) {
    const reason = chosen?.includes(table) ? null : whyNot(table, applied, folderLabels, kinds)
    if (reason !== null) {
      passedOver.add(`table ${table.table.name}`, reason)
      const other = chosen === null ? rivalOf(table, applied) : null
      if (other !== null) applied.rivals.push([other, table])
      continue
    }
    const givesLabels = table.columns.label !== null && (chosen === null ? source === 'auto' : chosen.includes(table))
    applied.taken.push(table)
    if (givesLabels) applied.labelTables.push(table)
    for (const [image, row] of table.rows) {
      applied.rows.set(image, joined(applied.rows.get(image), { ...row, table, hasLabel: givesLabels }))
    }
  }
  return applied
}

/** The table that is taken and gives an image another label than this one does. */
function rivalOf(table: ImageTable, applied: AppliedTables): ImageTable | null {
  if (!saysLabels(table)) return null
  for (const [image, { label }] of table.rows) {
    const other = applied.rows.get(image)
    if (label !== null && other?.hasLabel && other.label !== null && !isSameLabel(label, other.label))
      return other.table
  }
  return null
}

/** Whether a table's labels could be taken without being asked for. */
function saysLabels({ table, columns, notes }: ImageTable): boolean {
  return columns.label !== null && !TEMPLATE.test(table.name) && notes.offered === undefined
}

type AppliedRow = ImageRow & { table: ImageTable; hasLabel: boolean }

/** Merges what two tables contain about one image: where both have a value, the first one's is kept. A split may also be a table's name. */
function joined(first: AppliedRow | undefined, row: AppliedRow): AppliedRow {
  if (first === undefined) return row
  const { metadata } = first
  return {
    ...first,
    ...(row.hasLabel &&
      !first.hasLabel && { label: row.label, whyNoLabel: row.whyNoLabel, table: row.table, hasLabel: true }),
    split: first.split ?? row.split ?? splitOfName(stemOf(row.table.table.name)),
    mask: first.mask ?? row.mask,
    box: first.box ?? row.box,
    metadata: metadata === null && row.metadata === null ? null : { ...row.metadata, ...metadata },
  }
}

/** Whether a name that a user typed means this table: its path, its name, or its name without ending; `*` stands for anything. */
export function isNamed(table: string, asked: string): boolean {
  const name = table.slice(table.lastIndexOf('/') + 1)
  const given = asked.replace(/^\.\//, '')
  if (!given.includes('*')) return [table, name, stemOf(table)].includes(given)
  const pattern = given.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const fits = new RegExp(`^${pattern.join('.*')}$`)
  return [table, name, stemOf(table)].some((text) => fits.test(text))
}

export function describesFolder({ table }: ImageTable): boolean {
  return DESCRIBES.test(stemOf(table.name))
}

/** Splits of images that tables name: the table's own name where it is one, or tells several tables apart. */
export function splitOfTable({ table }: ImageTable, labelTables: readonly ImageTable[]): string | null {
  const stem = stemOf(table.name)
  if (DESCRIBES.test(stem)) return null
  return splitOfName(stem) ?? (labelTables.length > 1 ? (splitOfPath(stem) ?? stem) : null)
}

/**
 * Those that were asked for, those that describe a folder, those with labels; of these first the kind with the most rows in all
 * splits, and within a kind the largest.
 */
function inOrder(tables: readonly ImageTable[], chosen: readonly ImageTable[] | null): ImageTable[] {
  const rank = (table: ImageTable) =>
    chosen?.includes(table) ? 0 : describesFolder(table) ? 1 : table.columns.label !== null ? 2 : 3
  const sizes = new Map<string, number>()
  for (const table of tables) sizes.set(kindOf(table), (sizes.get(kindOf(table)) ?? 0) + table.rows.size)
  const size = (table: ImageTable) => sizes.get(kindOf(table)) ?? 0
  return [...tables].sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || b.rows.size - a.rows.size)
}

/** Why a table is not used without being asked for; null where it is used. */
function whyNot(
  table: ImageTable,
  applied: AppliedTables,
  folderLabels: readonly (string | null)[],
  kinds: RivalKinds,
): string | null {
  const take = `--label-source ${table.table.name} takes its labels`
  if (TEMPLATE.test(table.table.name)) return `a form for predictions by its name; ${take}`
  if (table.notes.offered !== undefined) return `${table.notes.offered}; ${take}`
  const images = [...table.rows]
  if (table.columns.label === null) return null
  const taken = images.find(([image]) => applied.rows.get(image)?.hasLabel)
  if (taken) return `names images that ${applied.rows.get(taken[0])!.table.table.name} names as well; ${take}`
  const rival = applied.labelTables.find((other) => kinds.get(kindOf(other))?.has(kindOf(table)))
  if (rival) return `gives labels of another kind than ${rival.table.name}, of other images; ${take}`
  if (describesFolder(table)) return null
  const known = new Set(folderLabels.filter((label) => label !== null))
  // One name for all tells nothing apart.
  if (known.size === 1) return null
  const other = labelledOtherwise(table, folderLabels)
  if (other.length === 0) {
    const own = new Set(images.flatMap(([, { label }]) => (label === null ? [] : [label])))
    const shared = [...own].filter((label) => known.has(label)).length
    // Class numbers beside folders of names would be taken for more classes.
    return known.size > 0 && shared * 2 < own.size ? `its labels are others than those of the folders; ${take}` : null
  }
  return `labels ${other.length} of its ${images.length} images otherwise than their folders; ${take}`
}

/** Images that a table labels otherwise than their folders. */
export function labelledOtherwise({ rows }: ImageTable, folderLabels: readonly (string | null)[]): number[] {
  return [...rows].flatMap(([image, { label }]) => {
    const folder = folderLabels[image] ?? null
    return folder !== null && label !== null && !isSameLabel(folder, label) ? [image] : []
  })
}

function noTable(asked: string, tables: readonly ImageTable[]): HeadlightError {
  const there =
    tables.length === 0
      ? 'none of its tables names its images'
      : `there are ${tables.map(({ table }) => table.name).join(', ')}`
  return new HeadlightError('usage', `The dataset has no table ${asked} that labels its images; ${there}.`)
}
