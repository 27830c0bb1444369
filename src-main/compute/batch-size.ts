/** How many samples a batch should carry. */
import { HeadlightError } from '@shared/errors'
import type { ModelReport } from '@headlight/explain/report'
import type { ExplainGraph } from '@headlight/explain'
import type { LoadedGraph } from '@headlight/explain/onnx'
import { probeFeeds } from './probe'

const SIZES = [1, 2, 4, 8, 16, 32] as const
/** Rates within this factor count as equal, since other programs disturb timings; the larger batch saves transactions. */
const ALIKE = 0.95
/** Number of sizes in a row without a gain before measuring ends: a single one may be slow by chance. */
const PATIENCE = 2
/** A batch that takes longer makes pausing and progress sluggish. */
const LONGEST_MS = 2000
/** Runs shorter than this are timed twice. */
const SHORT_MS = 300
/** Share of the free memory that a batch may take. */
const MEMORY_SHARE = 0.5

/**
 * The batch with the best throughput: sizes are doubled until two in a row bring nothing, and while the estimated memory
 * and two seconds suffice. Of sizes that are about as fast the largest.
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
  const measured: { size: number; rate: number }[] = []
  let best = 0
  let disappointments = 0
  for (const size of SIZES) {
    const expectedMs = size / (measured.at(-1)?.rate ?? Infinity)
    if (size > 1 && (size > affordable || expectedMs > LONGEST_MS)) break
    const rate = await throughput(loaded, graph, image, size)
    if (rate === 0) break
    measured.push({ size, rate })
    disappointments = rate > best ? 0 : disappointments + 1
    best = Math.max(best, rate)
    if (disappointments === PATIENCE) break
  }
  return measured.findLast(({ rate }) => rate >= ALIKE * best)?.size ?? 1
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
 * A high estimate: attention, its gradient and two temporaries for every layer, and twenty activations of the size
 * [tokens, heads * 64] a layer.
 */
function bytesPerSample({ layers, heads, tokens }: Pick<ModelReport, 'layers' | 'heads' | 'tokens'>): number {
  return 4 * layers * (4 * heads * tokens * tokens + 20 * tokens * heads * 64)
}
