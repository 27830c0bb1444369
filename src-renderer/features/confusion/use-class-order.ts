import { useMemo } from 'react'
import { MAX_CLUSTERED } from '../../shared/seriation/clustered'
import { useClusterOrder } from '../../shared/seriation/use-cluster-order'
import { confusionDistances, type Order, orderClasses } from './class-order'
import type { ConfusionTable } from './confusion-table'

/** The classes of a table in the order in which they are shown; null while many are being clustered. */
export function useClassOrder(
  table: ConfusionTable,
  order: Order,
  nameOf: (classIndex: number) => string,
): readonly number[] | null {
  const n = table.classes.length
  const clustered = useMemo(
    () =>
      order === 'similar' && n <= MAX_CLUSTERED
        ? { kind: 'distances' as const, values: confusionDistances(table), n }
        : null,
    [order, n, table],
  )
  const together = useClusterOrder(clustered)
  return useMemo(() => {
    if (clustered === null) return orderClasses(table, order === 'similar' ? 'model' : order, nameOf)
    return together && Array.from(together, (i) => table.classes[i]!)
  }, [clustered, together, table, order, nameOf])
}
