import { whyNoLabels, whyNoPicture } from './image-names'
import type { PassedOver } from './source'

/** Counts what lies in a dataset and is not read, by kind. */
export class PassedOverList {
  readonly #entries = new Map<string, PassedOver>()

  /** `what` is a kind: `.tga`, `table train.csv`, `rows without an image`. Of several reasons the first is kept. */
  add(what: string, why: string, count = 1): void {
    const entry = this.#entries.get(what)
    if (entry) entry.count += count
    else this.#entries.set(what, { what, count, why })
  }

  /** Counts a file by its ending where it is a picture or holds labels, and is not read. True for such a file. */
  addUnread(fileName: string): boolean {
    const why = whyNoPicture(fileName) ?? whyNoLabels(fileName)
    if (why === null) return false
    this.add(fileName.slice(fileName.lastIndexOf('.')).toLowerCase(), why)
    return true
  }

  /** In the order in which the kinds were first seen. */
  list(): PassedOver[] {
    return [...this.#entries.values()]
  }
}
