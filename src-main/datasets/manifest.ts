import { dirname, join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HeadlightError } from '@shared/errors'
import { columnRoles, metadataOf, textOf, type ColumnRole } from './columns'
import { isImageName } from './image-names'
import { finishListing } from './listing'
import type { SampleLocation } from './location'
import { ManifestPaths } from './manifest-paths'
import { openMasks } from './masks'
import { ProblemList } from './problem-list'
import type { DatasetListing, DatasetSample, DatasetSource } from './source'
import { readTable, type TableRow } from './tables'

/** Rows between which others get their turn. */
const PAUSE = 2000
/** Rows that are looked at to tell a manifest from another table. */
const LOOK = 20

type Roles = Record<ColumnRole, string | null>

/** A table that names images, with a label, a mask and whatever else it has in its other columns. */
export class Manifest implements DatasetSource {
  readonly kind = 'Manifest'
  readonly root: string
  readonly #file: string
  readonly #base: string

  /** `root` is the folder that holds the table, or the table itself. */
  constructor(root: string, file: string) {
    this.root = resolve(root)
    this.#file = resolve(file)
    this.#base = dirname(this.#file)
  }

  async list(signal?: AbortSignal): Promise<DatasetListing> {
    const problems = new ProblemList()
    const images = new ManifestPaths(this.#base, 'images')
    const masks = new ManifestPaths(this.#base, 'masks')
    const masksBeside = await openMasks(join(this.#base, 'images'), null)
    const samples: DatasetSample[] = []
    let roles: Roles | null = null
    let rows = 0
    for await (const row of readTable(this.#file, problems)) {
      rows += 1
      if (rows % PAUSE === 0) await setImmediate()
      signal?.throwIfAborted()
      roles ??= this.#rolesOf(row)
      const path = locate(images, textOf(roles.path && row[roles.path]), `Row ${rows}`, problems)
      if (path === null) continue
      if (!path.exists) problems.add('missing; becomes a sample with an error', path.path)
      const label = roles.label === null ? null : textOf(row[roles.label])?.trim() || null
      const mask =
        this.#mask(roles, row, masks, problems) ?? masksBeside?.find(path.path.replace(/^images\//, '')) ?? null
      const metadata = metadataOf(row, [roles.path, roles.label, roles.mask])
      samples.push({ path: path.path, label, location: join(this.#base, path.path), mask, metadata })
    }
    return finishListing(this.root, samples, problems)
  }

  #rolesOf(row: TableRow): Roles {
    const roles = rolesOf(row)
    if (roles.path !== null) return roles
    throw new HeadlightError(
      'unsupported-dataset',
      `${this.#file} has no column that names images; call it path or file_name. Its columns: ${Object.keys(row).join(', ')}.`,
    )
  }

  #mask(roles: Roles, row: TableRow, masks: ManifestPaths, problems: ProblemList): SampleLocation | null {
    const written = roles.mask === null ? null : textOf(row[roles.mask])
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
