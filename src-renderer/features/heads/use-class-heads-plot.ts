import type { HeadStatistics } from '@shared/api'
import { useMemo } from 'react'
import { type Clustered, MAX_CLUSTERED } from '../../shared/seriation/clustered'
import { useClusterOrder } from '../../shared/seriation/use-cluster-order'
import type { Statistic } from '../../shared/heads/heads-state'
import { type ClassHeadsPlot, classHeadsValues, transposed } from './class-heads-plot'

/** What is drawn of these statistics; null while they are awaited, and while many groups are being clustered. */
export function useClassHeadsPlot(
  statistics: HeadStatistics | undefined,
  { statistic, relative, clustered }: { statistic: Statistic; relative: boolean; clustered: boolean },
): ClassHeadsPlot | null {
  const found = useMemo(() => statistics && classHeadsValues(statistics, statistic), [statistics, statistic])
  const rowsToOrder = useMemo(
    () => (found && clustered ? toCluster(found.centred, found.groups) : null),
    [found, clustered],
  )
  const columnsToOrder = useMemo(() => {
    if (!found || !clustered) return null
    const { centred, groups, size, heads } = found
    return toCluster(transposed(centred, groups, size, heads), heads.length)
  }, [found, clustered])
  const rows = useClusterOrder(rowsToOrder)
  const columns = useClusterOrder(columnsToOrder)
  return useMemo(() => {
    if (!found || (rowsToOrder && !rows) || (columnsToOrder && !columns)) return null
    return {
      rows: rows ?? Uint32Array.from({ length: found.groups }, (_, row) => row),
      columns: columns ? columns.map((at) => found.heads[at]!) : Uint32Array.from(found.heads),
      values: relative ? found.centred : found.values,
      size: found.size,
    }
  }, [found, rowsToOrder, rows, columnsToOrder, columns, relative])
}

const toCluster = (values: Float32Array, n: number): Clustered | null =>
  n <= MAX_CLUSTERED ? { kind: 'rows', values, n } : null
