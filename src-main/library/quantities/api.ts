import type { VectorKind } from './vectors'
import type { QuantityKey, QuantityType, QuantityValues } from './quantities'

/** Numbers of single samples that were computed after their run: values of metrics. */
export interface QuantitiesApi {
  /** Values of the samples, one an id, in the order of the keys; NaN or NO_INTEGER where there is none. */
  read(input: { runId: number; ids: Uint32Array; wanted: WantedQuantity[] }): Promise<QuantityValues[]>
  /** Settings of all quantities of a name and version, the oldest first. */
  list(input: { runId: number; name: string; version: number }): Promise<KnownQuantity[]>
  /** All values of a quantity of whole numbers, in order of sample ids; none where none was written. */
  whole(input: { runId: number; key: QuantityKey }): Promise<{ ids: Uint32Array; values: Int32Array }>
  /** Removes a quantity with its values. */
  remove(input: { runId: number; key: QuantityKey }): Promise<void>
  /** Writes values of samples in place of former ones, all in one transaction. */
  write(input: { runId: number; written: WrittenQuantity[] }): Promise<void>
  /** Arrays of those of the samples that have one, in order of `ids`: `[ids, ...shape]`; none where none was written. */
  readVectors(input: { runId: number; ids: Uint32Array; key: QuantityKey }): Promise<SampleVectors>
  /** Writes arrays of samples in place of former ones, all in one transaction. */
  writeVectors(input: { runId: number; written: (SampleVectors & { kind: VectorKind })[] }): Promise<void>
}

export interface KnownQuantity {
  id: number
  settings: unknown
}

export interface SampleVectors {
  ids: Uint32Array
  values: Float32Array
}

export interface WantedQuantity {
  key: QuantityKey
  type: QuantityType
}

export interface WrittenQuantity {
  key: QuantityKey
  ids: Uint32Array
  /** One an id; float32 and int32 quantities are told apart by their arrays. */
  values: QuantityValues
}
