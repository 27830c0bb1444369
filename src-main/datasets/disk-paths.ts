import type { ImageFinder, FoundRow } from './image-table'
import { ManifestPaths } from './manifest-paths'

/** Images that a table names by their paths, looked up one by one on the disk, so that a large folder is not read as a whole. */
export class DiskPaths implements ImageFinder {
  readonly paths: string[] = []
  readonly #known = new Map<string, number>()
  readonly #files: ManifestPaths

  constructor(base: string) {
    this.#files = new ManifestPaths(base, 'images')
  }

  find(written: string): FoundRow {
    const found = this.#files.find(written)
    if ('refused' in found) return found
    if (!found.exists) return { missing: true }
    const known = this.#known.get(found.path)
    if (known !== undefined) return { image: known }
    this.#known.set(found.path, this.paths.push(found.path) - 1)
    return { image: this.paths.length - 1 }
  }
}
