/** Prompts inside a file of class vectors, so that a project's copy certifies and resumes as the prompts did. */
import { createHash } from 'node:crypto'
import type { EmbeddedPrompts, Tensor } from '@headlight/explain'
import { HeadlightError } from '@shared/errors'
import { z } from 'zod'

const count = z.number().int().nonnegative()
const kept = z.object({
  prompts: z.array(z.object({ name: z.string(), prompt: z.string() })).min(1),
  feeds: z.record(
    z.string(),
    z.object({ type: z.enum(['int64', 'int32', 'bool']), dims: z.array(count), data: z.array(count) }),
  ),
  batch: count.nullable(),
  output: z.string(),
  picturesFirst: z.boolean(),
  weights: z.array(z.number()),
  bias: z.number(),
  notes: z.array(z.string()),
})

/** As metadata of a file. */
export const promptsText = (prompts: EmbeddedPrompts, notes: readonly string[]) =>
  JSON.stringify({ ...prompts, feeds: numbersOf(prompts), notes })

/** Throws 'usage' for what `promptsText` did not write. */
export function parsePrompts(text: string, source: string): { prompts: EmbeddedPrompts; notes: string[] } {
  try {
    const { notes, feeds, ...rest } = kept.parse(JSON.parse(text))
    const tensors = Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)] as const)
    return { prompts: { ...rest, feeds: Object.fromEntries(tensors) }, notes }
  } catch (cause) {
    throw new HeadlightError('usage', `The prompts in ${source} are damaged; give the file of prompts again.`, {
      cause,
    })
  }
}

/** Of prompts and tokens, hex, and not of vectors: their last digits differ from machine to machine. */
export const promptsHash = (prompts: EmbeddedPrompts): string =>
  createHash('sha256')
    .update(JSON.stringify({ prompts: prompts.prompts, feeds: numbersOf(prompts) }))
    .digest('hex')

const numbersOf = ({ feeds }: EmbeddedPrompts) =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => [name, { type, dims, data: Array.from(data, Number) }]),
  )

function tensorOf({ type, dims, data }: z.infer<typeof kept>['feeds'][string]): Tensor {
  if (type === 'int64') return { type, dims, data: BigInt64Array.from(data, BigInt) }
  return { type, dims, data: type === 'int32' ? Int32Array.from(data) : Uint8Array.from(data) }
}
