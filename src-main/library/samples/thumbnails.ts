import { stat } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'
import { HeadlightError } from '@shared/errors'
import { containerOf, nameOf, pathOf, type SampleLocation } from '../../datasets/location'
import { openPicture } from '../../datasets/open-picture'
import { readSample } from '../../datasets/read-sample'

/** Bytes of thumbnails that are kept in memory. */
const CACHE_BYTES = 64 * 2 ** 20

/** WebP thumbnails, upright, the most recently used kept in memory. */
export class Thumbnails {
  readonly #kept = new LRUCache<string, Uint8Array>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ byteLength }) => byteLength,
  })

  /** Makes one, and keeps nothing. Throws 'not-found', 'unreadable-image'. */
  async make(location: SampleLocation, size: number): Promise<Uint8Array> {
    await statOf(location)
    return makeThumbnail(location, size)
  }

  /** A WebP of at most `size` pixels on its longer side. Throws 'not-found', 'unreadable-image'. */
  async read(location: SampleLocation, size: number): Promise<Uint8Array> {
    const found = await statOf(location)
    const key = `${size} ${found.mtimeMs} ${found.size} ${JSON.stringify(location)}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = await makeThumbnail(location, size)
    this.#kept.set(key, made)
    return made
  }
}

function statOf(location: SampleLocation) {
  return stat(containerOf(location)).catch((cause: unknown) => {
    const message = `${pathOf(location)} is not there any more; relink the dataset or restore the file.`
    throw new HeadlightError('not-found', message, { cause })
  })
}

async function makeThumbnail(location: SampleLocation, size: number): Promise<Uint8Array> {
  const content = await readSample(location)
  try {
    return await openPicture(nameOf(location), content, { failOn: 'none' })
      .autoOrient()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82, effort: 2 })
      .toBuffer()
  } catch (cause) {
    const message = `${pathOf(location)} cannot be decoded; check that it is a whole image.`
    throw new HeadlightError('unreadable-image', message, { cause })
  }
}
