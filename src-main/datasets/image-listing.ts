/** What a folder or an archive of images says of them: by its folders, and by the tables that lie among them. */
import { applyTables, type AppliedTables, labelledOtherwise, splitOfTable } from './apply-tables'
import { maskLayout } from './mask/mask-layout'
import { passedOverMasks } from './mask/separate-masks'
import { type ImageTable, readImageTable } from './image-table'
import { finishListing } from './listing'
import type { SampleLocation } from './location'
import { namedMasks } from './named-masks'
import type { PassedOverList } from './passed-over'
import { labelsOfPaths } from './path-labels'
import { PathIndex } from './path-index'
import type { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, LabelsFrom, LabelSource, ListOptions } from './source'
import { isTable, type TableFile } from './tables'
import { nameLists, nameUnused, sayUnlabelling, type UnusedTable } from './unused-tables'

/** Tables that are looked into; a dataset with more of them describes something else. */
const MOST_TABLES = 64

export interface FoundFiles {
  /** The dataset's own path. */
  root: string
  /** Folder that absolute paths in tables may lie in, null for an archive. */
  base: string | null
  /** Images by their paths inside, with '/'. */
  images: readonly string[]
  tables: readonly TableFile[]
  locate(image: number): SampleLocation
  /** The durable path of a sample. */
  pathOf(image: number): string
  /** The split that its archive is named after. */
  splitOf?(image: number): string | null
  problems: ProblemList
  passedOver: PassedOverList
}

/** Samples with labels, splits, masks and metadata. Throws 'usage' and 'unsupported-dataset'. */
export async function listImages(files: FoundFiles, options: ListOptions = {}): Promise<DatasetListing> {
  const { images, problems, passedOver } = files
  const { labelSource: source = 'auto', signal } = options
  const assumed: string[] = []
  const masks = imagesAndMasks(images.map((_, image) => files.pathOf(image)))
  for (const { what, count, why } of masks.passedOver) passedOver.add(what, why, count)
  const index = new PathIndex(images, files.base)
  const tables: ImageTable[] = []
  const unused: UnusedTable[] = []
  for (const table of likeliestFirst(files.tables).slice(0, MOST_TABLES)) {
    signal?.throwIfAborted()
    options.onFound?.(images.length)
    let why = 'names none of the images'
    const read = await readImageTable(table, index, signal, (reason) => (why = reason))
    if (read !== null && read.rows.size > 0) tables.push(read)
    else unused.push({ table, why })
  }
  if (files.tables.length > MOST_TABLES) {
    passedOver.add('more tables', `only the first ${MOST_TABLES} are looked into`, files.tables.length - MOST_TABLES)
  }
  const named = namedMasks(tables, index, problems)
  for (const mask of named.values()) masks.images.delete(mask)
  const kept = images.flatMap((_, image) => (masks.images.has(image) ? [image] : []))
  const byPath = labelsOfPaths(
    kept.map((image) => images[image]!),
    source,
    options.classes,
  )
  const labels = spread(byPath.labels, kept, images.length)
  const splits = spread(byPath.splits, kept, images.length)
  const applied = applyTables(tables, labels, source, passedOver)
  for (const { notes } of applied.taken) {
    problems.take(notes.problems)
    assumed.push(...notes.assumed)
  }
  const governed = governedFolders(applied, labels, source)
  let fromFolders = false

  const samples: DatasetSample[] = kept.map((image) => {
    const row = applied.rows.get(image)
    const ownSplit = row && splitOfTable(row.table, applied.labelTables)
    const split = row?.split ?? splits[image] ?? ownSplit ?? files.splitOf?.(image) ?? null
    const isGoverned = governed.some((folder) => images[image]!.startsWith(folder))
    const folderLabel = isGoverned ? null : (labels[image] ?? null)
    const rowLabel = row?.hasLabel ? row.label : null
    if (rowLabel === null && folderLabel !== null) fromFolders = true
    const mask = named.get(image) ?? masks.maskOf.get(image)
    return {
      path: files.pathOf(image),
      label: rowLabel ?? folderLabel,
      split,
      location: files.locate(image),
      mask: mask === undefined ? (row?.box ?? null) : files.locate(mask),
      metadata:
        ownSplit && applied.labelTables.length > 1 ? { split: ownSplit, ...row.metadata } : (row?.metadata ?? null),
    }
  })
  for (const { missing, table } of tables) {
    if (missing.length === 0) continue
    passedOver.add(
      'rows without an image',
      `${table.name} names ${listed(missing)}, which are not there`,
      missing.length,
    )
  }
  await nameUnused(unused, samples, passedOver)
  nameLists(applied, passedOver)
  sayUnlabelling(applied, samples, problems)
  sayUnrowed(kept, samples, images, applied, problems)
  sayAssumedLabel(applied.labelTables, assumed)
  if (source === 'auto') sayLabelledOtherwise(applied, labels, images, byPath.labelsFrom, assumed)
  const folderAssumptions = byPath.assumed.filter((text) => fromFolders || / splits/.test(text))
  const finished = finishListing(files.root, samples, problems, {
    labelsFrom: labelsFromOf(applied, fromFolders ? byPath.labelsFrom : null),
    assumed: [...folderAssumptions, ...assumed],
    passedOver: passedOver.list(),
    areNames: fromFolders,
    areFolders: fromFolders && applied.labelTables.length === 0,
    classes: options.classes,
  })
  const choices = tables.filter(({ columns }) => columns.label !== null)
  finished.labelChoices = [
    ...byPath.choices,
    ...choices.map(({ table, columns, rows }) => ({
      ...{ source: table.name, name: `${columns.oneHot ? 'columns' : 'column'} ${columns.label} of ${table.name}`, example: null },
      labels: new Set([...rows.values()].map(({ label }) => label)).size,
    })),
  ]
  return finished
}

/** Folders whose images have the labels of a table and no others: those of tables that say other labels than folders do. */
function governedFolders(applied: AppliedTables, labels: readonly (string | null)[], source: LabelSource): string[] {
  return applied.labelTables.flatMap(({ folder, rows }) => {
    const goesTogether = [...rows].every(([image, { label }]) => labels[image] === null || labels[image] === label)
    return source === 'auto' && goesTogether ? [] : [source === 'auto' ? folder : '']
  })
}

/** Places of the images, and by them the places of their masks. */
function imagesAndMasks(paths: readonly string[]) {
  const layout = maskLayout(paths)
  const places = new Map(paths.map((path, place) => [path, place]))
  const maskOf = new Map<number, number>()
  for (const { path, mask } of layout.images) {
    if (mask !== null) maskOf.set(places.get(path)!, places.get(mask)!)
  }
  const kept = new Set(layout.images.map(({ path }) => path))
  const images = new Set(paths.flatMap((path, place) => (kept.has(path) ? [place] : [])))
  return { images, maskOf, passedOver: passedOverMasks(layout.folders) }
}

/** A table, however it is called, before lists of text, of which detection datasets have one an image; the topmost first. */
function likeliestFirst(tables: readonly TableFile[]): TableFile[] {
  const rank = ({ name }: TableFile) => (isTable(name) ? 0 : /\.json$/i.test(name) ? 1 : 2)
  const depth = ({ name }: TableFile) => name.split('/').length
  return [...tables].sort((a, b) => rank(a) - rank(b) || depth(a) - depth(b))
}

/** Values of some images as an array over all of them. */
function spread<T>(values: readonly (T | null)[], images: readonly number[], length: number): (T | null)[] {
  const all = new Array<T | null>(length).fill(null)
  images.forEach((image, at) => (all[image] = values[at] ?? null))
  return all
}

function sayUnrowed(
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
function sayLabelledOtherwise(
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

export function sayAssumedLabel(labelTables: readonly ImageTable[], assumed: string[]): void {
  for (const { table, columns } of labelTables) {
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

function labelsFromOf({ labelTables }: AppliedTables, folders: LabelsFrom | null): LabelsFrom | null {
  if (labelTables.length === 0) return folders
  const names = labelTables.map(({ table }) => table.name)
  const short = [...new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)))]
  const from = short.length === 1 ? short[0]! : listed(short)
  return folders === null ? { from, level: null, example: null } : { ...folders, from: `${folders.from} and ${from}` }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}
