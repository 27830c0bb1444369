/**
 * Samples are kept in blocks of ids: block b holds the ids from b * BLOCK on, and a sample's slot is its place in it.
 * Ids never change and results are never replaced, so what is derived from a block stays right until its rows change.
 */
const ID_BITS = 12
export const BLOCK = 2 ** ID_BITS

export function blockOf(id: number): number {
  return id >>> ID_BITS
}

export function slotOf(id: number): number {
  return id & (BLOCK - 1)
}
