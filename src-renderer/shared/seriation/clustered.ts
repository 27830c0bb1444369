import { clusterOrder, rowDistances } from '@shared/seriation/cluster-order'

/** Things to order: their distances `[n, n]`, or what they are as rows `[n, size]`, Euclidean distances apart. */
export interface Clustered {
  kind: 'distances' | 'rows'
  values: Float32Array
  n: number
}

/** Clustering takes the square of the things in memory and time. */
export const MAX_CLUSTERED = 2500

export function orderOf({ kind, values, n }: Clustered): Uint32Array<ArrayBuffer> {
  return clusterOrder(kind === 'rows' ? rowDistances(values, n) : values, n)
}
