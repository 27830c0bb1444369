import type { RunInfo } from '@shared/api'
import type { SampleInput } from '../../compute/api'
import type { Library } from '../compute-source'
import type { AblationOptions } from './ablation-request'
import type { ComputeSession } from './in-chunks'

const CHUNK = 16

/** Mean O of every head over all samples of the run that can be read, and all tokens: `[heads, d]`, one a layer. */
export async function meanHeadOutputs(
  { id: runId }: RunInfo,
  { api, id }: ComputeSession,
  { library, onProgress, signal }: AblationOptions,
): Promise<Float32Array[]> {
  const { ids } = await library.samples.query({ runId, filter: '', sort: 'path', descending: false })
  let count = 0
  const sums: Float64Array[] = []
  for (let first = 0; first < ids.length; first += CHUNK) {
    signal?.throwIfAborted()
    const chunk = ids.subarray(first, first + CHUNK)
    const found = await api.headOutputSums(id, await locateSamples(library, runId, chunk))
    count += found.count
    found.sums.forEach((values, layer) => {
      const sum = (sums[layer] ??= new Float64Array(values.length))
      values.forEach((value, at) => (sum[at]! += value))
    })
    const done = first + chunk.length
    onProgress({ phase: 'Mean outputs of the heads', done, total: ids.length, secondsLeft: null })
  }
  return sums.map((sum) => Float32Array.from(sum, (value) => value / count))
}

export async function locateSamples(library: Library, runId: number, ids: Uint32Array): Promise<SampleInput[]> {
  return Promise.all(
    Array.from(ids, async (id) => {
      const { file } = await library.samples.file({ runId, id })
      return { id, file, mask: null, target: -1 }
    }),
  )
}
