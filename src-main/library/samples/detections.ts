/** The query of a detector that each sample of a run was explained at, and its box. */
import type { Database } from 'better-sqlite3'
import type { Detection } from '@shared/api'
import type { BatchResult } from '@shared/batch-result'
import { ensureQuantity, findQuantity, NO_INTEGER, readQuantity, writeQuantity } from '../quantities/quantities'
import { ensureVector, findVector, readVectors, writeVectors } from '../quantities/vectors'

const QUERY = { name: 'query', version: 1, settings: {} }
const BOX = { name: 'box', version: 1, settings: {} }

/** Writes what a batch says of the samples at these places of it. */
export function writeDetections(cache: Database, runId: number, batch: BatchResult, places: readonly number[]): void {
  const { query, box } = batch
  if (query === undefined || places.length === 0) return
  const ids = Uint32Array.from(places, (place) => batch.ids[place]!)
  const queries = Int32Array.from(places, (place) => query[place]!)
  writeQuantity(cache, ensureQuantity(cache, runId, QUERY, 'int32'), ids, queries)
  if (box === undefined) return
  const boxes = Float32Array.from({ length: places.length * 4 }, (_, at) => box[places[at >> 2]! * 4 + (at & 3)]!)
  writeVectors(cache, ensureVector(cache, runId, { ...BOX, type: 'float32', shape: [4] }), ids, boxes)
}

/** The detections of those samples that have one; null where the run keeps none, as with a classifier. Throws 'project-damaged'. */
export function readDetections(cache: Database, runId: number, ids: Uint32Array): Map<number, Detection> | null {
  const quantity = findQuantity(cache, runId, QUERY)
  if (quantity === null) return null
  const queries = readQuantity(cache, quantity, ids)
  const vector = findVector(cache, runId, BOX)
  const boxes = vector === null ? null : readVectors(cache, vector, ids)
  const boxOf = new Map(
    Array.from(boxes?.ids ?? [], (id, at) => [id, boxes!.values.subarray(at * 4, (at + 1) * 4)] as const),
  )
  return new Map(
    Array.from(ids).flatMap((id, at): [number, Detection][] => {
      const query = queries[at]!
      if (query === NO_INTEGER) return []
      const box = boxOf.get(id)
      return [[id, { query, box: box ? (Array.from(box) as Detection['box']) : null }]]
    }),
  )
}
