import { stat } from 'node:fs/promises'

/** Identifies a version of a file without reading it. */
async function stamp(file: string): Promise<string | null> {
  const found = await stat(file).catch(() => null)
  return found && [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')
}

/** Files as they were at one moment. */
export class FileStamps {
  readonly #files: readonly string[]
  readonly #stamps: readonly (string | null)[]

  private constructor(files: readonly string[], stamps: readonly (string | null)[]) {
    this.#files = files
    this.#stamps = stamps
  }

  static async of(files: readonly string[]): Promise<FileStamps> {
    return new FileStamps(files, await Promise.all(files.map(stamp)))
  }

  /** True while none was changed. A file that cannot be reached at the moment counts as unchanged. */
  async hold(): Promise<boolean> {
    const now = await Promise.all(this.#files.map(stamp))
    return now.every((value, index) => value === null || value === this.#stamps[index])
  }
}
