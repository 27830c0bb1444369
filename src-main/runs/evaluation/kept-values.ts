/** How what was measured of maps is kept: a quantity a metric and map, and one that says what was measured. */
import { METRIC_VERSION as VERSION, type MetricId, PART_METRICS, type PartId } from '@shared/evaluation/metrics'
import type { LabelMapping } from '@shared/api'
import type { EvaluationResult } from '../../compute/api'
import type { WantedQuantity, WrittenQuantity } from '../../library/quantities/api'

const MEASURED = 1

/** Settings that a part's values depend on, beside those of the run. */
export interface EvaluationSettings {
  steps: number
  /** How labels were matched with classes, which accuracy depends on. */
  labelMapping?: LabelMapping
  /** Which samples are evaluated together, since the next image's map is a control. */
  selection: string
}

function settingsOf(
  part: PartId,
  method: string,
  { steps, labelMapping, selection }: EvaluationSettings,
): Record<string, unknown> {
  if (part === 'deletion_mean' || part === 'insertion_mean') return { method, steps }
  if (part === 'randomisation' && method.endsWith(':next')) return { method, selection }
  return part === 'road' && labelMapping ? { method, labelMapping } : { method }
}

/** 1 for the samples of which a part was measured, whether or not it is defined for them. */
export function measuredKey(part: PartId, method: string, settings: EvaluationSettings): WantedQuantity {
  return {
    key: { name: `measured ${part}`, version: VERSION, settings: settingsOf(part, method, settings) },
    type: 'int32',
  }
}

export function metricKey(
  part: PartId,
  metric: MetricId,
  method: string,
  settings: EvaluationSettings,
): WantedQuantity {
  return { key: { name: metric, version: VERSION, settings: settingsOf(part, method, settings) }, type: 'float32' }
}

/** 1 for samples whose randomised blocks lie between residual sums, 0 for those between successive products A V. */
export const RESIDUAL: WantedQuantity = {
  key: { name: 'randomised blocks are residual', version: VERSION, settings: {} },
  type: 'int32',
}

/** Quantities that keep what was measured of some samples. */
export function writtenQuantities(
  { maps, residual }: Pick<EvaluationResult, 'maps' | 'residual'>,
  settings: EvaluationSettings,
): WrittenQuantity[] {
  const groups = Map.groupBy(maps, ({ part, method }) => `${part} ${method}`)
  const values = [...groups.values()].flatMap((group) => {
    const { part, method } = group[0]!
    const ids = Uint32Array.from(group, ({ id }) => id)
    const measured = new Int32Array(ids.length).fill(MEASURED)
    const metrics = PART_METRICS[part].map((metric, at) => ({
      key: metricKey(part, metric, method, settings).key,
      ids,
      values: Float32Array.from(group, ({ values }) => values?.[at] ?? NaN),
    }))
    return [...metrics, { key: measuredKey(part, method, settings).key, ids, values: measured }]
  })
  if (residual === null) return values
  const ids = Uint32Array.from(new Set(maps.filter(({ part }) => part === 'randomisation').map(({ id }) => id)))
  return [...values, { key: RESIDUAL.key, ids, values: new Int32Array(ids.length).fill(Number(residual)) }]
}

export const isMeasured = (value: number | undefined) => value === MEASURED
