import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { applyTables, splitOfTable } from './apply-tables'
import { columnRoles } from './columns'
import { DiskPaths } from './disk-paths'
import { isImageName } from './image-names'
import { type ImageFinder, type ImageTable, readImageTable } from './image-table'
import { finishListing } from './listing'
import { openMasks } from './masks'
import { namedMasks } from './named-masks'
import { PassedOverList } from './passed-over'
import { PathIndex } from './path-index'
import { labelsOfPaths } from './path-labels'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions } from './source'
import { sayAssumedLabel } from './table-notes'
import { readTable, tableAt } from './tables'
import { walkImages } from './walk-images'

/** A table that names images, with a label, a mask and whatever else it has in its other columns. Its rows are the samples. */
export class Manifest implements DatasetSource {
  readonly kind = 'Manifest'
  readonly root: string
  readonly #base: string

  constructor(file: string) {
    this.root = resolve(file)
    this.#base = dirname(this.root)
  }

  async list(options: ListOptions = {}): Promise<DatasetListing> {
    const { labelSource: source = 'auto', signal, onFound, classes } = options
    const problems = new ProblemList()
    const passedOver = new PassedOverList()
    const assumed: string[] = []
    const { table, finder } = await this.#read(signal)
    problems.take(table.notes.problems)
    assumed.push(...table.notes.assumed)
    onFound?.(table.rows.size)
    const images = [...table.rows.keys()].sort((a, b) => a - b)
    const folders = labelsOfPaths(
      images.map((image) => finder.paths[image]!),
      source === 'auto' ? 'none' : source,
    )
    const { labelTables } = applyTables([table], [], source, passedOver)
    if (labelTables.length > 0) sayAssumedLabel(labelTables, assumed)
    const masks = namedMasks([table], finder, problems)
    const masksBeside = await openMasks(join(this.#base, 'images'), null)
    const samples = images.map((image, at): DatasetSample => {
      const path = finder.paths[image]!
      const row = table.rows.get(image)!
      const mask = masks.get(image)
      return {
        path,
        label: labelTables.length > 0 ? row.label : (folders.labels[at] ?? null),
        ...(labelTables.length > 0 && row.whyNoLabel !== undefined && { whyNoLabel: row.whyNoLabel }),
        split: row.split ?? folders.splits[at] ?? splitOfTable(table, labelTables),
        location: join(this.#base, path),
        mask:
          (mask === undefined
            ? masksBeside?.find(path.replace(/^images\//, ''))
            : join(this.#base, finder.paths[mask]!)) ?? row.box,
        metadata: row.metadata,
      }
    })
    if (table.missing.length > 0) {
      const named = table.missing.slice(0, 3).join(', ')
      passedOver.add('rows without an image', `not there, such as ${named}`, table.missing.length)
    }
    await this.#countOthers(samples, new Set([...masks.values()].map((mask) => finder.paths[mask]!)), passedOver)
    const column = table.columns.label
    const columnName = `${table.columns.oneHot ? 'columns' : 'column'} ${column}`
    return {
      ...finishListing(this.root, samples, problems, {
        labelsFrom: column !== null && labelTables.length > 0 ? { from: columnName, level: null } : folders.labelsFrom,
        passedOver: passedOver.list(),
        areNames: labelTables.length === 0,
        areFolders: labelTables.length === 0,
        ...{ assumed, classes },
      }),
      labelChoices: [
        ...(column === null ? [] : [{ source: table.table.name, name: columnName, labels: null, example: null }]),
        ...folders.choices,
      ],
    }
  }

  /** By the paths that the rows give; where that leaves images out, by looking for them in every folder. */
  async #read(signal?: AbortSignal): Promise<{ table: ImageTable; finder: ImageFinder }> {
    const direct = new DiskPaths(this.#base)
    const table = await readImageTable(tableAt(this.root), direct, signal)
    if (table !== null && table.missing.length === 0) return { table, finder: direct }
    const index = new PathIndex((await walkImages(this.#base, { signal })).paths, this.#base)
    const found = await readImageTable(tableAt(this.root), index, signal)
    if (found === null) throw await this.#unusable()
    return { table: found, finder: index }
  }

  async #unusable(): Promise<HeadlightError> {
    const problems = new ProblemList()
    let columns: string[] = []
    for await (const row of readTable(tableAt(this.root), { problems, assumed: [] })) {
      columns = Object.keys(row)
      break
    }
    const { path } = columnRoles(columns)
    const reason =
      columns.length === 0
        ? `${this.root} has no rows. ${problems.sentences().join(' ')}`.trim()
        : path !== null
          ? `None of the images that ${this.root} names in its column ${path} is there; they are looked for beside it and in every folder below.`
          : `${this.root} has no column that names images; call it path or file_name. Its columns: ${columns.join(', ')}.`
    return new HeadlightError('unsupported-dataset', reason)
  }

  /** Counts images without a row in the folders that the rows are about. */
  async #countOthers(samples: readonly DatasetSample[], masks: ReadonlySet<string>, passedOver: PassedOverList) {
    const known = new Set(samples.map(({ path }) => path))
    const folders = new Set(samples.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)))
    for (const folder of folders) {
      // Its images were found by their rows or named as missing; others in it cannot be counted.
      const entries = await readdir(join(this.#base, folder), { withFileTypes: true }).catch(() => [])
      const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name)
      const isOther = (name: string) =>
        isImageName(name) && !name.startsWith('.') && !known.has(folder + name) && !masks.has(folder + name)
      const others = names.filter(isOther)
      const why = `not in ${basename(this.root)}, such as ${folder}${others[0]}; choose the folder to take them as well`
      if (others.length > 0) passedOver.add('images without a row', why, others.length)
    }
  }
}
