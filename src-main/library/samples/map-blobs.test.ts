import { expect, test } from 'vitest'
import { normals, seeded } from '@headlight/explain/random'
import { mapPrecisionFor, readMapBlob, toMapBlob } from './map-blobs'

const PATCHES = 196

function thereAndBack(values: Float32Array, precision: 'float32' | 'float16'): Float32Array {
  const read = new Float32Array(values.length)
  readMapBlob(toMapBlob(values, precision), read)
  return read
}

test.each([1, 1e-3, 1e-9, 1e-30, 1e30])(
  'float16 maps of size %f are right to 2^-11, and to 2^-25 of the largest',
  (size) => {
    const values = normals(PATCHES, seeded(3)).map((value, i) => Math.abs(value) * size * 10 ** -(i % 9))
    const largest = Math.max(...values)
    const read = thereAndBack(values, 'float16')
    values.forEach((value, i) => {
      const allowed = Math.max(2 ** -11 * value, 2 ** -25 * largest)
      expect(Math.abs(read[i]! - value)).toBeLessThanOrEqual(allowed)
    })
    expect(toMapBlob(values, 'float16').byteLength).toBe(4 + 2 * PATCHES)
  },
)

test('maps of zeros stay zeros, and what is no number stays none', () => {
  expect([...thereAndBack(new Float32Array(4), 'float16')]).toEqual([0, 0, 0, 0])
  expect([...thereAndBack(Float32Array.of(NaN, 0.5, Infinity, 0), 'float16')]).toEqual([NaN, 0.5, Infinity, 0])
})

test('float32 maps come back bit by bit, in runs whose maps stay small', () => {
  const values = normals(PATCHES, seeded(4))
  expect(thereAndBack(values, 'float32')).toEqual(values)
  expect(mapPrecisionFor(10_000, 3, PATCHES)).toBe('float32')
  expect(mapPrecisionFor(1_000_000, 2, PATCHES)).toBe('float16')
})
