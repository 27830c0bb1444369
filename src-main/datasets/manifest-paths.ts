import { isAbsolute, relative, resolve, sep } from 'node:path'
import { isRegularFile } from '@headlight/explain/files'
import { isImageName } from './image-names'

/** Endings that are tried for identifiers without one. */
const ENDINGS = ['.jpg', '.png', '.jpeg', '.bmp', '.webp', '.tif', '.tiff']

export type ManifestPath = { path: string; exists: boolean } | { refused: string }

/**
 * Finds the files that a manifest names: relative to its folder or to a folder inside it such as `images`, with or without
 * the ending. What leaves the folder is refused, whether it exists or not.
 */
export class ManifestPaths {
  readonly #base: string
  readonly #folders: readonly string[]
  /** The lookup that found the last file: the next one mostly follows the same pattern. */
  #last = { folder: '', ending: '' }

  constructor(base: string, folder: string) {
    this.#base = base
    this.#folders = ['', `${folder}/`]
  }

  find(written: string): ManifestPath {
    if (written.includes('\uFFFD')) return { refused: 'the name is not valid UTF-8; passed over' }
    if (written.includes('\0')) return { refused: 'the name holds a zero byte; passed over' }
    const path = this.#inside(written)
    if (path === null) return { refused: 'leaves the folder of the manifest; passed over' }
    return this.#existing(path) ?? this.#windows(written) ?? { path, exists: false }
  }

  #existing(path: string): ManifestPath | null {
    const endings = isImageName(path.slice(path.lastIndexOf('/') + 1)) ? [''] : ['', ...ENDINGS]
    const ways = [this.#last, ...this.#folders.flatMap((folder) => endings.map((ending) => ({ folder, ending })))]
    for (const way of ways) {
      const found = way.folder + path + way.ending
      if (!isImageName(found.slice(found.lastIndexOf('/') + 1)) || !this.#isFile(found)) continue
      this.#last = way
      return { path: found, exists: true }
    }
    return null
  }

  /** Devices and pipes are not images, and may never end. */
  #isFile(path: string): boolean {
    return isRegularFile(resolve(this.#base, path))
  }

  /** A path that was written on Windows. */
  #windows(written: string): ManifestPath | null {
    const path = written.includes('\\') ? this.#inside(written.replaceAll('\\', '/')) : null
    return path === null ? null : this.#existing(path)
  }

  /** Relative to the base with '/', null for what lies outside. */
  #inside(written: string): string | null {
    const path = relative(this.#base, resolve(this.#base, written))
    const outside = path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
    return outside || written.replaceAll('\\', '/').split('/').includes('..') ? null : path.split(sep).join('/')
  }
}
