/** Prompts as the classes of a file with two towers: what its text inputs are fed with, and how its own logits become theirs. */
import type { Prompt } from './report'
import type { LoadedGraph } from '../onnx/run-graph'
import { takeRows, type Tensor } from '../onnx/tensor'
import { floatsOf } from '../onnx/float16'

/** Prompts of one run. */
const PROMPTS_AT_A_TIME = 64

/** The prompts that class vectors were made of. */
export interface EmbeddedPrompts {
  prompts: readonly Prompt[]
  /** The file's text inputs, `[prompts, tokens]` each. */
  feeds: Readonly<Record<string, Tensor>>
  /** Prompts that the file takes at a time; null for any number. */
  batch: number | null
  /** The file's own logits, and whether pictures are their first axis. */
  output: string
  picturesFirst: boolean
  /** What each prompt's vector is multiplied with in the vector of its class, which is their sum. */
  weights: readonly number[]
  /** What all logits of the file have added. */
  bias: number
}

/** One output for all prompts, in batches that the file takes: float values, in order of the prompts. */
export async function overPrompts(
  { feeds, batch }: Pick<EmbeddedPrompts, 'feeds' | 'batch'>,
  run: (feeds: Record<string, Tensor>) => Promise<Tensor>,
): Promise<{ tensor: Tensor; prompts: number }[]> {
  const total = Object.values(feeds)[0]!.dims[0]!
  const parts: { tensor: Tensor; prompts: number }[] = []
  const size = batch ?? Math.min(total, PROMPTS_AT_A_TIME)
  for (let first = 0; first < total; first += size) {
    const prompts = Math.min(size, total - first)
    // A file for a fixed number of prompts gets the last one again.
    const rows = Array.from({ length: batch ?? prompts }, (_, at) => Math.min(first + at, total - 1))
    const fed = Object.entries(feeds).map(([name, tensor]) => [name, takeRows(tensor, rows)] as const)
    parts.push({ tensor: await run(Object.fromEntries(fed)), prompts })
  }
  return parts
}

/** The classes' logits of one picture from the file's own logits of every prompt, in double precision. */
export async function logitsOfPrompts(
  loaded: LoadedGraph,
  picture: Record<string, Tensor>,
  classes: readonly string[],
  embedded: EmbeddedPrompts,
): Promise<{ logits: Float64Array; type: Tensor['type'] }> {
  const { prompts, output, weights, bias } = embedded
  const place = new Map(classes.map((name, index) => [name, index]))
  const logits = new Float64Array(classes.length).fill(bias)
  let at = 0
  const parts = await overPrompts(embedded, async (feeds) => {
    return (await loaded.run({ ...picture, ...feeds }, [output]))[output]!
  })
  for (const part of parts) {
    // Of one picture, so that either axis may be that of pictures.
    const values = floatsOf(part.tensor)
    for (let row = 0; row < part.prompts; row++, at++) {
      const index = place.get(prompts[at]!.name)!
      logits[index] = logits[index]! + (values[row]! - bias) * weights[at]!
    }
  }
  return { logits, type: parts[0]!.tensor.type }
}
