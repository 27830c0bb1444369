import type { Confusion, RunInfo } from '@shared/api'
import type { RunColumns } from '../columns/run-columns'

/** Counts of the samples that pass by label and prediction, in that order; pairs that never occur are left out. */
export function countConfusion(run: RunInfo, columns: RunColumns, mask: Uint8Array | null): Confusion {
  const counts = new Map<number, Map<number, number>>()
  for (let i = 0; i < columns.ids.length; i += 1) {
    const [label, prediction] = [columns.label[i] ?? -1, columns.prediction[i] ?? -1]
    if (label < 0 || prediction < 0 || (mask !== null && mask[i] === 0)) continue
    const ofLabel = counts.get(label) ?? new Map<number, number>()
    ofLabel.set(prediction, (ofLabel.get(prediction) ?? 0) + 1)
    counts.set(label, ofLabel)
  }
  const byKey = <Value>(map: Map<number, Value>) => [...map].sort(([a], [b]) => a - b)
  const pairs = byKey(counts).flatMap(([label, of]) =>
    byKey(of).map(([prediction, count]) => ({ label, prediction, count })),
  )
  return {
    classes: run.model.classes,
    labels: Uint32Array.from(pairs, ({ label }) => label),
    predictions: Uint32Array.from(pairs, ({ prediction }) => prediction),
    counts: Uint32Array.from(pairs, ({ count }) => count),
  }
}
