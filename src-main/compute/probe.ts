/** Made-up input that exercises a whole model: for comparing and timing providers and batch sizes. */
import { type ExplainGraph, placeFeeds } from '@headlight/explain'
import { elementCount, type Tensor } from '@headlight/explain/onnx'

/** Enough samples for a GPU to show what it can do. */
const PROBE_BATCH = 4

/**
 * The feeds of one batch: seeded values as they come out of preprocessing (about -2 to 2), predicted class explained
 * unless targets are given.
 * @param image one sample's `[C, H, W]`
 */
export function probeFeeds(
  graph: ExplainGraph,
  image: readonly number[],
  targets?: Tensor,
  batch = graph.dynamicBatch ? PROBE_BATCH : 1,
): Record<string, Tensor> {
  const dims = [batch, ...image]
  const data = new Float32Array(elementCount(dims))
  const random = mulberry32(1)
  for (let index = 0; index < data.length; index++) data[index] = random() * 4 - 2
  const none: Tensor = { type: 'int64', dims: [batch], data: new BigInt64Array(batch).fill(-1n) }
  return {
    [graph.imageInput]: { type: 'float32', dims, data },
    [graph.targetInput]: targets ?? none,
    ...(graph.againstInput && { [graph.againstInput]: none }),
    ...placeFeeds(graph, batch),
  }
}

/** The mulberry32 generator: uniform in [0, 1), the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
