import { dirname, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import { isRegularFile } from '@headlight/explain/files'
import { containerOf, type MaskLocation, type SampleLocation } from './location'

/**
 * Locations of a dataset's samples as text, relative to the dataset, so that a dataset that moved as a whole needs no new
 * listing. A sample whose file is the path by which it is known needs no text at all.
 */
export class StoredLocations {
  /** The folder that holds every file of the dataset: its root, or what the root's file lies in. */
  readonly folder: string

  /** `root` is that of the `DatasetSource`: a folder or a file. */
  constructor(root: string) {
    const path = resolve(root)
    this.folder = isRegularFile(path) ? dirname(path) : path
  }

  /** Null where `read(path, null)` gives the same location. */
  write(path: string, location: SampleLocation): string | null {
    if (location === resolve(this.folder, path)) return null
    // With '/' on every platform, so that a project made on Windows opens elsewhere.
    const file = relative(this.folder, containerOf(location)).split(sep).join('/')
    return JSON.stringify(typeof location === 'string' ? file : { ...location, file })
  }

  /** Throws 'not-found' for a location outside the dataset's folder. */
  read(path: string, stored: string | null): SampleLocation {
    if (stored === null) return this.inside(path)
    const location = parsed<SampleLocation>(sampleSchema, stored, `where ${path} lies`)
    if (typeof location === 'string') return this.inside(location)
    return { ...location, file: this.inside(location.file) }
  }

  /** Absolute path of a file that is given relative to the dataset. Throws 'not-found' when that would leave it. */
  inside(path: string): string {
    const file = resolve(this.folder, path)
    const within = this.folder.endsWith(sep) ? this.folder : this.folder + sep
    if (!file.startsWith(within)) {
      throw new HeadlightError('not-found', `The sample ${path} lies outside the dataset ${this.folder}.`)
    }
    return file
  }
}

/** A mask as text. Masks may lie anywhere, so paths stay absolute. */
export function writeMaskLocation(location: MaskLocation | null): string | null {
  return location === null || typeof location === 'string' ? location : JSON.stringify(location)
}

export function readMaskLocation(stored: string | null): MaskLocation | null {
  return stored?.startsWith('{') ? parsed<MaskLocation>(maskSchema, stored, 'where a mask lies') : stored
}

const sampleSchema = z.union([z.string(), z.looseObject({ file: z.string() })])
const maskSchema = z.union([z.string(), z.looseObject({})])

/** Reads a location that was written as text. Throws 'project-damaged' for any other text. */
function parsed<Location extends SampleLocation | MaskLocation>(
  schema: z.ZodType,
  stored: string,
  what: string,
): Location {
  try {
    return schema.parse(JSON.parse(stored)) as Location
  } catch (cause) {
    const message = `A file of the project is damaged: ${what} cannot be read. Close the project and open it again: it is then checked, and what is damaged set aside and replaced.`
    throw new HeadlightError('project-damaged', message, { cause })
  }
}
