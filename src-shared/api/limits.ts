/**
 * How much one call may ask for. Every list and text of the contract has a limit, so that no call of one window holds up
 * another's for long; callers ask for more a page at a time.
 */
import { z } from 'zod'

export const LIMITS = {
  /** Ids of samples in one call, over all of its lists: a page. */
  ids: 1024,
  /** Samples that one call annotates: each call is written to the disk before the next one is answered. */
  changed: 256,
  /** Characters that one call writes: a note is counted for each of its samples, a corner of a shape as `CHARACTERS_OF_A_POINT`. */
  changedCharacters: 2 ** 19,
  /** Numbers in the maps of one answer: ids times patches. 16 MiB. */
  mapValues: 4 * 2 ** 20,
  /** Characters of a path. */
  path: 4096,
  /** Characters of a filter. */
  filter: 2000,
  /** Labels that one call matches. ImageNet-21k has 21,841. */
  labels: 100_000,
  /** Prompts that are typed; more come from a file. */
  prompts: 10_000,
  /** Runs in an order of the queue. */
  runs: 10_000,
  /** Bytes of a file of annotations that is imported; the command line reads larger ones. */
  importBytes: 4 * 2 ** 20,
  /** Bytes of one part of a file of annotations that is exported. The annotation that exceeds this is the last one of its part. */
  exportBytes: 2 ** 20,
} as const

/** Characters of a polygon's corner in a file. */
export const CHARACTERS_OF_A_POINT = 40

/** A number by which a project knows a run, a sample or a dataset; samples travel as 32 bits. */
export const idSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1)

/** The place of a class, a layer, a head or a patch, from 0. */
export const indexSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 24)

/** A real number, as of pixels or settings. */
export const realSchema = z.number().min(-1e9).max(1e9)

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
export function* pagesOf(ids: Uint32Array, page: number = LIMITS.ids): Generator<Uint32Array<ArrayBuffer>> {
  for (let at = 0; at < ids.length; at += page) yield Uint32Array.from(ids.subarray(at, at + page))
}

export const pathSchema = z.string().min(1).max(LIMITS.path)
export const filterSchema = z.string().max(LIMITS.filter)
