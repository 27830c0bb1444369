/** Counts by label and prediction, and what they say of each class. */
import type { Confusion } from '@shared/api'

export interface Pair {
  /** Index of a class, or one behind them: a label without a class (`ConfusionTable.unmatched`). */
  label: number
  prediction: number
  count: number
}

export interface ConfusionTable {
  /** Classes that occur as a label or a prediction, in order of the model. */
  classes: number[]
  /** Pairs of classes that occur. */
  pairs: Pair[]
  /** Labels of the dataset without a class: each has an index after those of the classes, in natural order. */
  unmatched: number[]
  /** Their pairs, which count neither as right nor as wrong. */
  unmatchedPairs: Pair[]
  /** Samples of pairs of classes. */
  total: number
  correct: number
  count(label: number, prediction: number): number
  /** Samples with this label. */
  labelled(classIndex: number): number
  /** Samples of classes with this prediction. */
  predicted(classIndex: number): number
  /** As the dataset writes it; null for a class. */
  unmatchedName(label: number): string | null
}

export type Share = 'count' | 'row' | 'column'

export function confusionTable(confusion: Confusion): ConfusionTable {
  const { labels, predictions, counts, classes: modelClasses, datasetLabels } = confusion
  const pairs = [...counts].map((count, i) => ({ label: labels[i]!, prediction: predictions[i]!, count }))
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
  const withoutClass = datasetLabels.filter(({ classIndex }) => classIndex === null)
  const unmatchedPairs = withoutClass.flatMap((own, i) =>
    Array.from(own.predictions, (prediction, at) => ({
      label: modelClasses + i,
      prediction,
      count: own.counts[at]!,
    })),
  )
  const occurring = new Set([...byLabel.keys(), ...byPrediction.keys()])
  for (const { label, prediction, count } of unmatchedPairs) {
    occurring.add(prediction)
    byPair.set(label * modelClasses + prediction, count)
    byLabel.set(label, (byLabel.get(label) ?? 0) + count)
  }
  return {
    classes: [...occurring].sort((a, b) => a - b),
    pairs,
    unmatched: withoutClass.map((_, i) => modelClasses + i),
    unmatchedPairs,
    total,
    correct,
    count: (label, prediction) => byPair.get(label * modelClasses + prediction) ?? 0,
    labelled: (classIndex) => byLabel.get(classIndex) ?? 0,
    predicted: (classIndex) => byPrediction.get(classIndex) ?? 0,
    unmatchedName: (label) => withoutClass[label - modelClasses]?.name ?? null,
  }
}

/**
 * A pair's count, or its share of the label's (row) or the prediction's (column) samples; NaN for the share of a
 * prediction that a label without a class would have, since it is none of those.
 */
export function valueOf(table: ConfusionTable, { label, prediction, count }: Pair, share: Share): number {
  if (share === 'row') return count / table.labelled(label)
  if (share === 'count') return count
  return table.unmatchedName(label) === null ? count / table.predicted(prediction) : NaN
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
