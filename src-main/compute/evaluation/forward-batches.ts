/** Variants of many pictures in full batches: a batch mixes samples, maps and metrics. */
import type { ExplainGraph } from '@headlight/explain'
import { infer } from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import type { InferenceLane } from '../inference-lane'
import type { Variant } from './measurement'

export interface Forward {
  graph: ExplainGraph
  loaded: LoadedGraph
  /** `[C, H, W]` */
  image: readonly number[]
  classes: number
  batch: number
}

/**
 * Runs every variant once and hands its logits to `take`. Questions about single samples go between batches.
 * @throws what `infer` throws; the signal's reason once it aborts
 */
export async function runVariants(
  forward: Forward,
  lane: InferenceLane,
  variants: readonly { variant: Variant; take(logits: Float32Array): void }[],
  signal?: AbortSignal,
): Promise<void> {
  const { graph, loaded, image, classes } = forward
  const stride = image.reduce((product, dim) => product * dim, 1)
  const { logits } = graph.outputs
  for (let first = 0; first < variants.length;) {
    const chunk = variants.slice(first, first + forward.batch)
    const pixels = new Float32Array(chunk.length * stride)
    chunk.forEach(({ variant }, at) => variant(pixels.subarray(at * stride, (at + 1) * stride)))
    const input = { pixels, image, targets: chunk.map(() => -1) }
    const { tensors, batch } = await lane.run(
      'batch',
      () => infer(loaded, graph, input, [logits], forward.batch),
      signal,
    )
    if (batch < forward.batch && chunk.length > batch) forward.batch = batch
    const values = tensors.get(logits)!.data as Float32Array
    chunk.forEach(({ take }, at) => take(values.subarray(at * classes, (at + 1) * classes)))
    first += chunk.length
    signal?.throwIfAborted()
  }
}
