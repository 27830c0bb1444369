import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { containerOf, type SampleLocation } from '../../datasets/location'
import { ThumbnailFile } from './thumbnail-file'
import type { Thumbnails } from './thumbnails'

/** The size that is made in advance: that of the gallery's usual tiles. */
const DEFAULT_SIZE = 160
/** Quiet time before thumbnails are made in advance: what a window asks for, and a run's images, come first. */
const QUIET_MS = 2000
/** Images in a row that could not be read, after which the dataset is taken to be away. */
const MAX_FAILURES = 20

export interface ThumbnailSource {
  id: number
  file: SampleLocation
}

/** The thumbnails of the open project: made once, kept on disk, and made in advance while nothing else is to be done. */
export class ProjectThumbnails {
  readonly #kept: ThumbnailFile
  readonly #stopped = new AbortController()
  #busyUntil = 0
  #making: Promise<void> = Promise.resolve()
  readonly #thumbnails: Thumbnails

  constructor(folder: string, alone: boolean, owner: string, thumbnails: Thumbnails) {
    this.#thumbnails = thumbnails
    this.#kept = new ThumbnailFile(folder, alone, owner)
  }

  /** A WebP of at most `size` pixels on its longer side; of an image that is away, the one that was kept. */
  async read(id: number, location: SampleLocation, size: number): Promise<Uint8Array> {
    this.postpone()
    return this.#readOrMake(id, location, size)
  }

  /** Something else is to be done: nothing is made in advance for a while. */
  postpone(): void {
    this.#busyUntil = performance.now() + QUIET_MS
  }

  /**
   * Makes what is missing of these samples, one after another with as much rest as work, until the file is full. A second
   * call goes on where the first one ended.
   */
  makeInAdvance(samples: () => Iterable<ThumbnailSource>): void {
    this.#making = this.#making
      .then(() => this.#makeMissing(samples))
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) console.error(`Thumbnails are not made in advance: ${String(error)}`)
      })
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#making
    this.#kept.close()
  }

  async #makeMissing(samples: () => Iterable<ThumbnailSource>): Promise<void> {
    const { signal } = this.#stopped
    await this.#quiet()
    const known = this.#kept.ids(DEFAULT_SIZE)
    let failures = 0
    for (const { id, file } of samples()) {
      if (known.has(id)) continue
      await this.#quiet()
      if (this.#kept.full || failures === MAX_FAILURES) return
      const started = performance.now()
      // It is made when it is shown, and the error is shown there.
      const made = await this.#readOrMake(id, file, DEFAULT_SIZE).catch(() => null)
      failures = made === null ? failures + 1 : 0
      await setTimeout(performance.now() - started, undefined, { signal, ref: false })
    }
  }

  async #quiet(): Promise<void> {
    for (;;) {
      this.#stopped.signal.throwIfAborted()
      const waitMs = this.#busyUntil - performance.now()
      if (waitMs <= 0) return
      await setTimeout(waitMs, undefined, { signal: this.#stopped.signal, ref: false })
    }
  }

  async #readOrMake(id: number, location: SampleLocation, size: number): Promise<Uint8Array> {
    // A picture that is gone is shown as it was.
    const found = await stat(containerOf(location)).catch(() => null)
    const kept = this.#kept.get(id, size)
    if (kept !== null && (found === null || kept.stamp === stampOf(found))) return kept.image
    const image = await this.#thumbnails.make(location, size)
    if (found !== null) this.#kept.keep(id, size, { stamp: stampOf(found), image })
    return image
  }
}

function stampOf({ mtimeMs, size }: { mtimeMs: number; size: number }): string {
  return `${mtimeMs} ${size}`
}
