import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { SampleLocation } from '../../datasets/location'
import { readSample } from '../../datasets/read-sample'

/** Files that are looked at or read at the same time. */
const CONCURRENT = 8

/** Called as a long task proceeds; throws to end it. */
export type Step = (done: number, total: number) => void

/** Bytes of the encoded image; null where that shows only by reading it, and where there is none. */
export async function sizeOf(location: SampleLocation): Promise<number | null> {
  if (typeof location === 'string') {
    return stat(location).then(
      (found) => found.size,
      () => null,
    )
  }
  if (location.kind === 'range') return location.length
  return location.kind === 'zip' ? location.size : null
}

/** SHA-256 of the encoded image, hex; null where it cannot be read. */
export async function hashOf(location: SampleLocation): Promise<string | null> {
  const content = await readSample(location).catch(() => null)
  return content === null ? null : createHash('sha256').update(content).digest('hex')
}

/** `work` for every item, a few at a time, in order. */
export async function mapSteps<Item, Result>(
  items: readonly Item[],
  step: Step,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += CONCURRENT) {
    step(start, items.length)
    results.push(...(await Promise.all(items.slice(start, start + CONCURRENT).map(work))))
  }
  step(items.length, items.length)
  return results
}
