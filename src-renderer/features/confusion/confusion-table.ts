/** Counts by label and prediction, and what they say of each class. */
import type { Confusion } from '@shared/api'

export interface Pair {
  label: number
  prediction: number
  count: number
}

export interface ConfusionTable {
  /** Classes that occur as a label or a prediction, in order of the model. */
  classes: number[]
  /** Pairs that occur. */
  pairs: Pair[]
  total: number
  correct: number
  count(label: number, prediction: number): number
  /** Samples with this label. */
  labelled(classIndex: number): number
  /** Samples with this prediction. */
  predicted(classIndex: number): number
}

export type Share = 'count' | 'row' | 'column'

export function confusionTable({ labels, predictions, counts, classes: modelClasses }: Confusion): ConfusionTable {
  const pairs = [...counts].map((count, i) => ({ label: labels[i] ?? 0, prediction: predictions[i] ?? 0, count }))
  const byPair = new Map<number, number>()
  const byLabel = new Map<number, number>()
  const byPrediction = new Map<number, number>()
  let [total, correct] = [0, 0]
  for (const { label, prediction, count } of pairs) {
    byPair.set(label * modelClasses + prediction, count)
    byLabel.set(label, (byLabel.get(label) ?? 0) + count)
    byPrediction.set(prediction, (byPrediction.get(prediction) ?? 0) + count)
    total += count
    if (label === prediction) correct += count
  }
  return {
    classes: [...new Set([...byLabel.keys(), ...byPrediction.keys()])].sort((a, b) => a - b),
    pairs,
    total,
    correct,
    count: (label, prediction) => byPair.get(label * modelClasses + prediction) ?? 0,
    labelled: (classIndex) => byLabel.get(classIndex) ?? 0,
    predicted: (classIndex) => byPrediction.get(classIndex) ?? 0,
  }
}

/** A pair's count, or its share of the label's (row) or the prediction's (column) samples. */
export function valueOf(table: ConfusionTable, { label, prediction, count }: Pair, share: Share): number {
  if (share === 'row') return count / table.labelled(label)
  return share === 'column' ? count / table.predicted(prediction) : count
}

/** Pairs of unlike classes, those of the largest value first, ties in order of the model. */
export function confusions(table: ConfusionTable, share: Share): Pair[] {
  const wrong = table.pairs.filter(({ label, prediction }) => label !== prediction)
  const values = new Map(wrong.map((pair) => [pair, valueOf(table, pair, share)]))
  return wrong.sort((a, b) => (values.get(b) ?? 0) - (values.get(a) ?? 0) || b.count - a.count)
}

export interface ClassScores {
  /** Samples with this label. */
  count: number
  /** Share of them that are predicted so; NaN without any. */
  recall: number
  /** Share of the samples predicted so that have this label; NaN without any. */
  precision: number
}

export function classScores(table: ConfusionTable, classIndex: number): ClassScores {
  const hits = table.count(classIndex, classIndex)
  const count = table.labelled(classIndex)
  return { count, recall: hits / count, precision: hits / table.predicted(classIndex) }
}
