import { basename, dirname, join, parse, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HeadlightError } from '@shared/errors'
import { boxOf } from './boxes'
import { columnRoles, metadataOf, textOf, type ColumnRole } from './columns'
import { isImageName } from './image-names'
import { finishListing } from './listing'
import type { SampleLocation } from './location'
import { ManifestPaths } from './manifest-paths'
import { openMasks } from './masks'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, DatasetSource, ListOptions } from './source'
import { readTable, type TableRow } from './tables'

/** Rows between which others get their turn. */
const PAUSE = 2000
/** Rows that are looked at to tell a manifest from another table. */
const LOOK = 20

type Roles = Record<ColumnRole, string | null>

/** Tables that name images, with a label, a mask and whatever else they have in their other columns. */
export class Manifest implements DatasetSource {
  readonly kind = 'Manifest'
  readonly root: string
  readonly #files: readonly string[]
  readonly #base: string

  /** `root` is the folder that holds the tables, or the one table. */
  constructor(root: string, files: readonly [string, ...string[]]) {
    this.root = resolve(root)
    this.#files = files.map((file) => resolve(file))
    this.#base = resolve(dirname(files[0]))
  }

  async list({ signal, onFound }: ListOptions = {}): Promise<DatasetListing> {
    const problems = new ProblemList()
    const samples: DatasetSample[] = []
    for (const file of this.#files) {
      for await (const sample of this.#samples(file, problems)) {
        signal?.throwIfAborted()
        samples.push(sample)
        onFound?.(samples.length)
      }
    }
    const labelled = samples.some(({ label }) => label !== null)
    const from = this.#files.map((file) => basename(file)).join(', ')
    return finishListing(this.root, samples, problems, { labelsFrom: labelled ? { from, level: null } : null })
  }

  async *#samples(file: string, problems: ProblemList): AsyncGenerator<DatasetSample> {
    const images = new ManifestPaths(this.#base, 'images')
    const masks = new ManifestPaths(this.#base, 'masks')
    const masksBeside = await openMasks(join(this.#base, 'images'), null)
    const split = this.#files.length > 1 ? parse(file).name : null
    let roles: Roles | null = null
    let rows = 0
    for await (const row of readTable(file, problems)) {
      rows += 1
      if (rows % PAUSE === 0) await setImmediate()
      roles ??= this.#rolesOf(file, row)
      const { path: column, label, mask } = roles
      const found = locate(images, textOf(column && row[column]), `Row ${rows}`, problems)
      if (found === null) continue
      const { path } = found
      if (!found.exists) problems.add('missing; becomes a sample with an error', path)
      const silhouette =
        this.#mask(mask && row[mask], masks, problems) ?? masksBeside?.find(path.replace(/^images\//, ''))
      yield {
        path,
        label: label === null ? null : textOf(row[label])?.trim() || null,
        split,
        location: join(this.#base, path),
        mask: silhouette ?? boxOf(row),
        metadata: metadataOf({ ...(split !== null && { split }), ...row }, [column, label, mask]),
      }
    }
  }

  #rolesOf(file: string, row: TableRow): Roles {
    const roles = rolesOf(row)
    if (roles.path !== null) return roles
    throw new HeadlightError(
      'unsupported-dataset',
      `${file} has no column that names images; call it path or file_name. Its columns: ${Object.keys(row).join(', ')}.`,
    )
  }

  #mask(value: unknown, masks: ManifestPaths, problems: ProblemList): SampleLocation | null {
    const written = textOf(value)
    const found = written === null ? null : masks.find(written)
    if (found === null) return null
    if ('refused' in found) problems.add(found.refused, written ?? '')
    else if (found.exists) return join(this.#base, found.path)
    else problems.add('missing mask; ignored', found.path)
    return null
  }
}

/** Whether a table names images that lie beside it. */
export async function namesImages(file: string): Promise<boolean> {
  const images = new ManifestPaths(dirname(file), 'images')
  let rows = 0
  try {
    for await (const row of readTable(file, new ProblemList())) {
      const { path } = rolesOf(row)
      const found = path === null ? null : images.find(textOf(row[path]) ?? '')
      if (found !== null && 'exists' in found && found.exists) return true
      if (++rows === LOOK) return false
    }
  } catch (error) {
    if (error instanceof HeadlightError) return false
    throw error
  }
  return false
}

/** By the names of the columns; the path also by what is in it. */
function rolesOf(row: TableRow): Roles {
  const roles = columnRoles(Object.keys(row))
  const path = roles.path ?? Object.keys(row).find((column) => isImageName(textOf(row[column]) ?? '')) ?? null
  return { ...roles, path }
}

function locate(images: ManifestPaths, written: string | null, row: string, problems: ProblemList) {
  if (written === null) {
    problems.add('names no file; passed over', row)
    return null
  }
  const found = images.find(written)
  if (!('refused' in found)) return found
  problems.add(found.refused, `${row} (${written})`)
  return null
}
