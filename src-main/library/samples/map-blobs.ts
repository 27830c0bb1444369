import type { MapPrecision } from '@shared/api'
import { float32, toBlob } from '../typed-blobs'

/** Bytes of all the maps of a run above which they are kept in half the width. */
const FLOAT32_BYTES = 512 * 2 ** 20
const SCALE_BYTES = 4

/** Float32 for as long as that is affordable: half the width is for runs whose maps would fill gigabytes. */
export function mapPrecisionFor(samples: number, methods: number, patches: number): MapPrecision {
  return samples * methods * patches * 4 > FLOAT32_BYTES ? 'float16' : 'float32'
}

/**
 * A map as it is stored. Float16 behind a power of two in float32 by which the values are divided, the one at or below
 * the largest: a value is right to 2^-11 of itself, and to 2^-25 of the largest.
 */
export function toMapBlob(values: Float32Array, precision: MapPrecision): Buffer {
  if (precision === 'float32') return toBlob(values)
  const scale = scaleOf(values)
  const blob = Buffer.alloc(SCALE_BYTES + values.length * 2)
  blob.writeFloatLE(scale)
  const halves = new Float16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = values[i]! / scale
  blob.set(new Uint8Array(halves.buffer), SCALE_BYTES)
  return blob
}

/** Reads a map of either width into `into`. */
export function readMapBlob(blob: Buffer, into: Float32Array): void {
  if (blob.byteLength >= into.length * 4) {
    into.set(float32(blob.subarray(0, into.length * 4)))
    return
  }
  const scale = blob.readFloatLE()
  const bytes = Uint8Array.from(blob.subarray(SCALE_BYTES))
  const halves = new Float16Array(bytes.buffer)
  for (let i = 0; i < into.length; i++) into[i] = halves[i]! * scale
}

function scaleOf(values: Float32Array): number {
  let largest = 0
  for (const value of values) if (Math.abs(value) > largest && Number.isFinite(value)) largest = Math.abs(value)
  return largest === 0 ? 1 : 2 ** Math.max(-126, Math.floor(Math.log2(largest)))
}
