/** Samples of a folder or an archive of images, labelled by folders or by tables among the images. */
import { applyTables, type AppliedTables, splitOfTable } from './apply-tables'
import { isLabelValue } from './columns'
import { maskLayout } from './mask/mask-layout'
import { passedOverMasks } from './mask/separate-masks'
import { withoutExtension } from './image-names'
import { type ImageTable, readImageTable, stemOf } from './image-table'
import { askedLines, type LabelLines, labelLines } from './label-lines'
import { finishListing } from './listing'
import type { SampleLocation } from './location'
import { namedMasks } from './named-masks'
import type { PassedOverList } from './passed-over'
import { labelsOfPaths } from './path-labels'
import { PathIndex } from './path-index'
import type { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, LabelsFrom, LabelSource, ListOptions } from './source'
import { splitOfName } from './split-names'
import { listed, sayAssumedLabel, sayKinds, sayLabelledOtherwise, sayRivals, sayUnrowed } from './table-notes'
import { isTable, type TableFile } from './tables'
import {
  isDevkit,
  nameLists,
  nameMissing,
  nameSidecars,
  nameUnused,
  sayUnlabelling,
  type UnusedTable,
} from './unused-tables'

/** Tables that are looked into; a dataset with more of them describes something else. */
const MAX_TABLES = 64

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
  const { lists, sidecars } = withoutSidecars(files.tables, images)
  for (const table of likeliestFirst(lists).slice(0, MAX_TABLES)) {
    signal?.throwIfAborted()
    options.onFound?.(images.length)
    const entry: UnusedTable = { table, why: 'names none of the images', isUnread: false }
    const read = await readImageTable(table, index, signal, (why, isUnread) => Object.assign(entry, { why, isUnread }))
    if (read !== null && read.rows.size > 0) tables.push(read)
    else unused.push(entry)
  }
  if (lists.length > MAX_TABLES) {
    passedOver.add('more tables', `only the first ${MAX_TABLES} are looked into`, lists.length - MAX_TABLES)
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
  const lines: LabelLines[] = []
  for (const { table, isUnread } of unused) {
    const found = isUnread || isDevkit(table) ? null : await labelLines(table, kept, splits, images)
    if (found !== null) lines.push(found)
  }
  const asked = askedLines(lines, source)
  const applied = applyTables([...tables, ...asked], labels, source, passedOver)
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
    const label = rowLabel ?? folderLabel
    return {
      path: files.pathOf(image),
      label,
      ...(label === null && row?.hasLabel && row.whyNoLabel !== undefined && { whyNoLabel: row.whyNoLabel }),
      split,
      location: files.locate(image),
      mask: mask === undefined ? (row?.box ?? null) : files.locate(mask),
      metadata:
        ownSplit && applied.labelTables.length > 1 ? { split: ownSplit, ...row.metadata } : (row?.metadata ?? null),
    }
  })
  nameMissing(tables, passedOver)
  const isAsked = ({ table }: UnusedTable) => asked.some((other) => other.table === table)
  await nameUnused(
    unused.filter((entry) => !isAsked(entry)),
    lines,
    passedOver,
  )
  await nameSidecars(sidecars, passedOver)
  sayRivals(applied, assumed)
  sayKinds(applied, assumed)
  nameLists(applied, passedOver)
  sayUnlabelling(applied, samples, problems)
  sayUnrowed(kept, samples, images, applied, problems)
  sayAssumedLabel(applied.labelTables, assumed)
  if (source === 'auto') sayLabelledOtherwise(applied, labels, images, byPath.labelsFrom, assumed)
  const folderAssumptions = byPath.assumed.filter((text) => fromFolders || /taken for (splits|parts)/.test(text))
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
      ...{
        source: table.name,
        name: `${columns.oneHot ? 'columns' : 'column'} ${columns.label} of ${table.name}`,
        example: null,
      },
      labels: labelCount([...rows.values()].map(({ label }) => label)),
    })),
    ...lines.map(({ table, lines: labels, pairs }) => ({
      ...{ source: table.name, name: `lines of ${table.name} in the order of the images`, example: pairs },
      labels: labelCount(labels),
    })),
  ]
  return finished
}

/** Different labels; an empty cell, -1 and the like are not labels. */
function labelCount(labels: readonly (string | null)[]): number {
  return new Set(labels.filter((label) => label !== null && isLabelValue(label))).size
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

/** Files of text that are called as an image is, such as YOLO's boxes, apart from the tables. */
function withoutSidecars(tables: readonly TableFile[], images: readonly string[]) {
  const texts = tables.some(({ name }) => /\.txt$/i.test(name))
  const stems = new Set((texts ? images : []).map((path) => withoutExtension(path.slice(path.lastIndexOf('/') + 1))))
  const isSidecar = ({ name }: TableFile) => {
    const stem = stemOf(name)
    return /\.txt$/i.test(name) && stems.has(stem) && splitOfName(stem) === null
  }
  return { lists: tables.filter((table) => !isSidecar(table)), sidecars: tables.filter(isSidecar) }
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

function labelsFromOf({ labelTables }: AppliedTables, folders: LabelsFrom | null): LabelsFrom | null {
  if (labelTables.length === 0) return folders
  const names = labelTables.map(({ table }) => table.name)
  const short = [...new Set(names.map((name) => name.slice(name.lastIndexOf('/') + 1)))]
  const from = short.length === 1 ? short[0]! : listed(short)
  return folders === null ? { from, level: null, example: null } : { ...folders, from: `${folders.from} and ${from}` }
}
