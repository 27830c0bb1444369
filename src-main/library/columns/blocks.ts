/**
 * Samples are kept in blocks of ids: block b holds the ids from b * BLOCK on, and a sample's slot is its place in it.
 * Ids never change and results are never replaced, so what is derived from a block stays right until its rows change.
 */
export const BLOCK = 4096

export function blockOf(id: number): number {
  return Math.floor(id / BLOCK)
}

export function slotOf(id: number): number {
  return id % BLOCK
}
