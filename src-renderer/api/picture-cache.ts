/** Thumbnails, fetched a few at a time and decoded off the main thread, the most recently used kept. */
import { LRUCache } from 'lru-cache'
import { whenProjectLeft } from './open-project'

/** Bytes of decoded pictures that are kept: some thousand tiles. */
const KEPT_BYTES = 192 * 2 ** 20
/** Requests under way at a time: browsers open six connections to one host. */
const AT_ONCE = 6

// Dropped bitmaps may still be on their way to a canvas, so that they are left to the garbage collector, not closed.
const kept = new LRUCache<string, ImageBitmap>({
  maxSize: KEPT_BYTES,
  sizeCalculation: ({ width, height }) => width * height * 4,
})

interface Waiting {
  signal: AbortSignal
  go(): void
}

let waiting: Waiting[] = []
let underWay = 0

/** The picture at an address, if it is at hand. */
export function knownPicture(url: string): ImageBitmap | undefined {
  return kept.get(url)
}

/** Fetches and decodes a picture. Rejects when aborted, also while it waits for its turn. */
export async function loadPicture(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const known = kept.get(url)
  if (known) return known
  await turn(signal)
  try {
    signal.throwIfAborted()
    const answer = await fetch(url, { signal })
    if (!answer.ok) throw new Error(await answer.text())
    const picture = await createImageBitmap(await answer.blob())
    kept.set(url, picture)
    return picture
  } finally {
    underWay--
    next()
  }
}

/** Forgets every picture: addresses mean other samples in another project, and other files after a relink. */
export function forgetPictures(): void {
  kept.clear()
}

whenProjectLeft(forgetPictures)

function turn(signal: AbortSignal): Promise<void> {
  return new Promise((go) => {
    waiting.push({ signal, go })
    next()
  })
}

function next(): void {
  // Pictures that were scrolled past are not asked for at all.
  waiting = waiting.filter(({ signal, go }) => {
    if (!signal.aborted) return true
    underWay++
    go()
    return false
  })
  while (underWay < AT_ONCE) {
    const first = waiting.shift()
    if (!first) return
    underWay++
    first.go()
  }
}
