/** Query hooks of what a head attends to on average. */
import { useQuery } from '@tanstack/react-query'
import { evenlySpaced } from './sample-queries'
import { runKey } from './query-keys'
import { service } from './service'

interface Head {
  layer: number
  head: number
}

/** By label and correctness, as far as the run has summed it up. */
export function useMeanAttention(runId: number, { layer, head }: Head) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'attention', layer, head),
    queryFn: ({ signal }) => service.call('stats.attention', { runId, layer, head }, { signal }),
  })
}

/** The mean over evenly spaced samples of a list, each computed now: slow, and stopped when nobody looks any more. */
export function useSampledAttention(
  runId: number,
  head: Head,
  ids: Uint32Array | undefined,
  max: number,
  enabled: boolean,
) {
  const chosen = evenlySpaced(ids ?? new Uint32Array(), max)
  return useQuery({
    queryKey: runKey(runId, 'sampled-attention', head, chosen.join()),
    queryFn: async ({ signal }) => {
      let mean: { grid: [number, number]; values: Float32Array } | null = null
      for (const id of chosen) {
        const { grid, values } = await service.call('sample.attention', { runId, id, ...head }, { signal })
        mean ??= { grid, values: new Float32Array(values.length) }
        const sums = mean.values
        values.forEach((value, i) => (sums[i]! += value / chosen.length))
      }
      return mean && { ...mean, count: chosen.length }
    },
    enabled: enabled && chosen.length > 0,
    retry: false,
    meta: { onlyWhenAsked: true },
  })
}
