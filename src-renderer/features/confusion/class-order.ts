import { classScores, type ConfusionTable } from './confusion-table'

export const ORDERS = ['similar', 'model', 'name', 'recall'] as const
export type Order = (typeof ORDERS)[number]

export const ORDER_NAMES: Record<Order, string> = {
  similar: 'Confused classes together',
  model: 'Order of the model',
  name: 'By name',
  recall: 'Lowest recall first',
}

/** The classes of a table in an order that follows from each class by itself. */
export function orderClasses(
  table: ConfusionTable,
  order: Exclude<Order, 'similar'>,
  nameOf: (classIndex: number) => string,
): number[] {
  const { classes } = table
  if (order === 'name') {
    const compare = new Intl.Collator('en', { numeric: true }).compare
    return classes.toSorted((a, b) => compare(nameOf(a), nameOf(b)))
  }
  if (order === 'recall') {
    const recall = new Map(classes.map((each) => [each, classScores(table, each).recall]))
    const key = (each: number) => (Number.isNaN(recall.get(each)) ? 2 : (recall.get(each) ?? 2))
    return classes.toSorted((a, b) => key(a) - key(b) || a - b)
  }
  return classes
}

/** `[classes, classes]`: near are classes of which a large share is taken for the other, in either direction. */
export function confusionDistances(table: ConfusionTable): Float32Array {
  const { classes } = table
  const n = classes.length
  const place = new Map(classes.map((each, i) => [each, i]))
  const distance = new Float32Array(n * n).fill(1)
  for (const { label, prediction, count } of table.pairs) {
    const [i = 0, j = 0] = [place.get(label), place.get(prediction)]
    const share = count / table.labelled(label) / 2
    for (const at of [i * n + j, j * n + i]) distance[at] = distance[at]! - share
  }
  return distance
}
