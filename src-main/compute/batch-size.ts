/** How many samples a batch should carry. */
import { HeadlightError } from '@shared/errors'
import type { ModelReport } from '@shared/api'
import type { ExplainGraph } from '../explain/api'
import type { LoadedGraph } from '../onnx/run-graph'
import { probeFeeds } from './probe'

const SIZES = [1, 2, 4, 8, 16, 32] as const
/** A larger batch has to pay by this factor. */
const WORTHWHILE = 1.05
/** Sizes in a row that may disappoint before measuring ends: one may have been unlucky on a busy machine. */
const PATIENCE = 2
/** Runs shorter than this are timed twice. */
const SHORT_MS = 300
/** Share of the free memory that a batch may take. */
const MEMORY_SHARE = 0.5

/**
 * The batch with the best throughput: sizes are doubled until two in a row are not 5 % better than the best so far, and
 * while the estimated memory suffices.
 * @param image one sample's `[C, H, W]`
 */
export async function measureBatch(
  loaded: LoadedGraph,
  graph: ExplainGraph,
  image: readonly number[],
  report: Pick<ModelReport, 'layers' | 'heads' | 'tokens'>,
): Promise<number> {
  if (!graph.dynamicBatch) return 1
  const affordable = (process.availableMemory() * MEMORY_SHARE) / bytesPerSample(report)
  let best = 1
  let bestRate = 0
  let disappointments = 0
  for (const size of SIZES) {
    if (size > 1 && size > affordable) break
    const rate = await throughput(loaded, graph, image, size)
    if (rate === 0) break
    if (rate > bestRate * WORTHWHILE) {
      best = size
      bestRate = rate
      disappointments = 0
    } else if (++disappointments === PATIENCE) break
  }
  return best
}

/** Samples per millisecond; 0 where the memory did not suffice. */
async function throughput(
  loaded: LoadedGraph,
  graph: ExplainGraph,
  image: readonly number[],
  size: number,
): Promise<number> {
  const feeds = probeFeeds(graph, image, undefined, size)
  const { logits, headL1, maps } = graph.outputs
  const fetches = [logits, headL1, ...Object.values(maps)].filter((name) => name !== undefined)
  const timed = async () => {
    const start = performance.now()
    await loaded.run(feeds, fetches)
    return performance.now() - start
  }
  try {
    const first = await timed()
    return size / (first > SHORT_MS ? first : Math.min(first, await timed()))
  } catch (error) {
    if (error instanceof HeadlightError && error.code === 'out-of-memory') return 0
    throw error
  }
}

/**
 * A generous guess: attention, its gradient and two temporaries for every layer, and twenty activations of the size
 * [tokens, heads * 64] a layer.
 */
function bytesPerSample({ layers, heads, tokens }: Pick<ModelReport, 'layers' | 'heads' | 'tokens'>): number {
  return 4 * layers * (4 * heads * tokens * tokens + 20 * tokens * heads * 64)
}
