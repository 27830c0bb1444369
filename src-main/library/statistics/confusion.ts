import type { Confusion, LabelPredictions } from '@shared/api'
import type { FilterContext } from '../queries/filter-context'
import { inNaturalOrder, matchedClasses, namesOf } from '../samples/name-codes'

/**
 * Counts of the samples that pass by class of the label and prediction, in that order, and by the dataset's own label;
 * pairs that never occur are left out.
 */
export function countConfusion({ files, run, columns }: FilterContext, mask: Uint8Array | null): Confusion {
  const { label, datasetLabel, prediction } = columns
  const pairs = byKey(countPairs(label, prediction, mask)).flatMap(([label, of]) =>
    byKey(of).map(([prediction, count]) => ({ label, prediction, count })),
  )
  const ofLabels = countPairs(datasetLabel, prediction, mask)
  const matched = matchedClasses(files, run)
  return {
    classes: run.model.classes,
    labels: Uint32Array.from(pairs, ({ label }) => label),
    predictions: Uint32Array.from(pairs, ({ prediction }) => prediction),
    counts: Uint32Array.from(pairs, ({ count }) => count),
    datasetLabels: inNaturalOrder(namesOf(files.cache, 'label_name')).flatMap(([code, name]): LabelPredictions[] => {
      const counts = byKey(ofLabels.get(code) ?? new Map<number, number>())
      if (counts.length === 0) return []
      return [
        {
          ...{ name, classIndex: matched.get(name) ?? null },
          predictions: Uint32Array.from(counts, ([prediction]) => prediction),
          counts: Uint32Array.from(counts, ([, count]) => count),
        },
      ]
    }),
  }
}

type Counts = Map<number, Map<number, number>>

function countPairs(labels: Int32Array, predictions: Int32Array, mask: Uint8Array | null): Counts {
  const counts: Counts = new Map()
  for (let i = 0; i < labels.length; i++) {
    const [label, prediction] = [labels[i]!, predictions[i]!]
    if (label < 0 || prediction < 0 || (mask !== null && mask[i] === 0)) continue
    let ofLabel = counts.get(label)
    if (ofLabel === undefined) counts.set(label, (ofLabel = new Map()))
    ofLabel.set(prediction, (ofLabel.get(prediction) ?? 0) + 1)
  }
  return counts
}

const byKey = <Value>(map: Map<number, Value>) => [...map].sort(([a], [b]) => a - b)
