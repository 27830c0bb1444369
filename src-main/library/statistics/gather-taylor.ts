import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { TAYLOR_ABSENT } from '@shared/quantities'
import { blockOf, slotOf } from '../columns/blocks'
import type { WeightSelection } from '../columns/gather-weights'
import { vectorColumnReader } from '../columns/vector-columns'
import { TAYLOR } from '../quantities/head-taylor'

/** One layer of sum A o G of n samples. */
export interface LayerTaylor {
  layer: number
  /** `[heads, n]`, NaN for samples that have none. */
  values: Float32Array
}

/**
 * Sum A o G of the heads of any samples, one layer after another. `stop` throws when nobody waits any more. A yielded layer is
 * overwritten by the next one. Throws 'usage' where the run has none.
 */
export function* gatherTaylor(
  cache: Database,
  run: RunInfo,
  { ids, places }: WeightSelection,
  stop: () => void,
): Generator<LayerTaylor> {
  const { layers, heads } = run.model
  const read = vectorColumnReader(cache, run.id, TAYLOR)
  if (read === null) throw new HeadlightError('usage', TAYLOR_ABSENT)
  const n = ids.length
  const values = new Float32Array(heads * n)
  for (let layer = 0; layer < layers; layer++) {
    values.fill(NaN)
    for (let start = 0, end = 0; start < n; start = end) {
      stop()
      const block = blockOf(ids[start]!)
      while (end < n && blockOf(ids[end]!) === block) end++
      for (let head = 0; head < heads; head++) {
        const column = read(block, layer * heads + head)
        if (column === null) continue
        for (let i = start; i < end; i++) {
          const slot = slotOf(ids[i]!)
          // Samples behind the column's last one have none.
          if (slot < column.length) values[head * n + places[i]!] = column[slot]!
        }
      }
    }
    yield { layer, values }
  }
}
