/**
 * How much one call may ask for. Every list and text of the contract has a limit, so that no call of one window holds up
 * another's for long; callers ask for more a page at a time.
 */
import { z } from 'zod'

export const LIMITS = {
  /** Ids of samples in one call, over all of its lists: a page. */
  ids: 1024,
  /** Numbers in the maps of one answer: ids times patches. 16 MiB. */
  mapValues: 4 * 2 ** 20,
  /** Characters of a path. */
  path: 4096,
  /** Characters of a filter. */
  filter: 2000,
  /** Labels that one call matches. ImageNet-21k has 21,841. */
  labels: 100_000,
  /** Runs in an order of the queue. */
  runs: 10_000,
  /** Bytes of a file of annotations that is imported; the command line reads larger ones. */
  importBytes: 4 * 2 ** 20,
} as const

/** What a message of a window may be, before it is decoded. */
export const MESSAGE_LIMITS = {
  bytes: 8 * 2 ** 20,
  /** Lists and objects within each other. */
  depth: 16,
  /** Values, keys and lists, all together: `LIMITS.labels` pairs take three each. */
  values: 400_000,
} as const

/** A page of sample ids. */
export const idsSchema = z
  .instanceof(Uint32Array)
  .refine(({ length }) => length <= LIMITS.ids, `it holds more than ${LIMITS.ids} ids; ask for a page at a time`)

/** Ids as pages that one call takes, in their order. */
export function* pagesOf(ids: Uint32Array): Generator<Uint32Array<ArrayBuffer>> {
  for (let at = 0; at < ids.length; at += LIMITS.ids) yield Uint32Array.from(ids.subarray(at, at + LIMITS.ids))
}
