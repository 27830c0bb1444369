/** Finds the images of a dataset that the rows of a table name. */
import { isImageName, withoutExtension } from './image-names'
import type { FoundRow, ImageFinder } from './image-table'
import { splitOfPath } from './split-names'

/** Folders that tables leave out of their paths. */
const FOLDERS = ['', 'images/', 'data/', 'JPEGImages/', 'img/']

/** Images by path, by name and by name without ending; `paths` are relative to the dataset, with '/'. */
export class PathIndex implements ImageFinder {
  readonly #byPath = new Map<string, number>()
  readonly #byName = new Map<string, number[]>()
  /** Folders that hold images, at any depth. */
  readonly #folders = new Set([''])
  readonly #root: string | null
  #isFilled = false

  /** `root` is where the dataset lies, for tables with absolute paths. */
  constructor(
    readonly paths: readonly string[],
    root: string | null = null,
  ) {
    this.#root = root === null ? null : `${root.replaceAll('\\', '/').replace(/\/$/, '')}/`
  }

  /**
   * The image that a row of a table in `folder` (with '/' at its end, or empty) names: by its path from there or from a
   * folder above, with or without ending, or by a name that only one image below the folder has. Of several the one in the
   * split that the table is named after.
   */
  find(written: string, folder: string, split: string | null): FoundRow {
    this.#fill()
    if (written.includes('\uFFFD')) return { refused: 'the name is not valid UTF-8; passed over' }
    if (written.includes('\0')) return { refused: 'the name holds a zero byte; passed over' }
    const found = this.#find(written, folder, split)
    if (!('missing' in found) || !written.includes('\\')) return found
    const other = this.#find(written.replaceAll('\\', '/'), folder, split)
    return 'image' in other ? other : found
  }

  /** Datasets without tables need no index. */
  #fill(): void {
    if (this.#isFilled) return
    this.#isFilled = true
    this.paths.forEach((path, index) => {
      this.#byPath.set(path, index)
      const name = path.slice(path.lastIndexOf('/') + 1)
      add(this.#byName, name, index)
      add(this.#byName, withoutExtension(name), index)
      const stem = withoutExtension(path)
      if (!this.#byPath.has(stem)) this.#byPath.set(stem, index)
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const folder = path.slice(0, end + 1)
        if (this.#folders.has(folder)) break
        this.#folders.add(folder)
      }
    })
  }

  #find(written: string, folder: string, split: string | null): FoundRow {
    const within = this.#root !== null && written.startsWith(this.#root) ? written.slice(this.#root.length) : written
    const path = within.replace(/^(\.\/)+/, '').replace(/\/{2,}/g, '/')
    if (path === '') return { missing: true }
    if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.split('/').includes('..')) {
      return { refused: 'leaves the folder of the manifest; passed over' }
    }
    for (const from of upwards(folder)) {
      for (const below of FOLDERS) {
        const image = this.#at(from + below + path)
        if (image !== undefined) return { image }
      }
    }
    return path.includes('/') ? { missing: true } : this.#named(path, folder, split)
  }

  /** A path with its ending, or one without any. A file with another ending is a different file. */
  #at(path: string): number | undefined {
    const image = this.#byPath.get(path)
    return image !== undefined && (this.paths[image] === path || !isImageName(path)) ? image : undefined
  }

  #named(name: string, folder: string, split: string | null): FoundRow {
    // A table in a folder without images, such as `annotations`, is about those around it.
    const within = upwards(folder).find((above) => this.#folders.has(above)) ?? ''
    const all = (this.#byName.get(name) ?? []).filter((index) => this.paths[index]!.startsWith(within))
    const images =
      all.length > 1 && split !== null ? all.filter((index) => splitOfPath(this.paths[index]!) === split) : all
    const [image] = images
    if (image === undefined) return all.length > 0 ? { ambiguous: true } : { missing: true }
    return images.length === 1 ? { image } : { ambiguous: true }
  }
}

/** A folder and those above it, up to the dataset itself: `a/b/`, `a/`, ``. */
function upwards(folder: string): string[] {
  const parts = folder.split('/').slice(0, -1)
  return [...parts.keys(), parts.length].reverse().map((count) =>
    parts
      .slice(0, count)
      .map((part) => `${part}/`)
      .join(''),
  )
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [index])
  else if (known.at(-1) !== index) known.push(index)
}
