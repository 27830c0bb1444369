import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame } from './wire'

test('carries every kind of typed array with its type', () => {
  const arrays = {
    int8: new Int8Array([-1, 2]),
    bytes: new Uint8Array([0, 255]),
    int16: new Int16Array([-300, 300]),
    uint16: new Uint16Array([65535]),
    int32: new Int32Array([-70000, 7]),
    uint32: new Uint32Array([4294967295, 1]),
    float32: new Float32Array([0.5, Number.NaN, -Infinity]),
    float64: new Float64Array([Math.PI]),
    int64: new BigInt64Array([-1n]),
    uint64: new BigUint64Array([18446744073709551615n]),
    empty: new Float32Array(0),
  }
  expect(decodeFrame(encodeFrame(arrays))).toEqual(arrays)
})

test('takes arrays that are views at odd offsets, and gives aligned ones whatever lies before them', () => {
  const whole = new Float32Array([9, 1, 2, 9])
  for (const padding of ['', 'a', 'ab', 'abc', 'abcd']) {
    const frame = { padding, values: whole.subarray(1, 3), after: new Uint32Array([7]) }
    expect(decodeFrame(encodeFrame(frame))).toEqual({
      padding,
      values: new Float32Array([1, 2]),
      after: new Uint32Array([7]),
    })
  }
})

test('reads a message that is itself a view into a larger buffer', () => {
  const message = encodeFrame({ values: new Float64Array([1, 2]) })
  const socketBuffer = new Uint8Array(message.length + 3)
  socketBuffer.set(message, 3)
  expect(decodeFrame(socketBuffer.subarray(3))).toEqual({ values: new Float64Array([1, 2]) })
})

test('leaves undefined keys out instead of turning them into null', () => {
  expect(decodeFrame(encodeFrame({ kept: null, dropped: undefined }))).toEqual({ kept: null })
})

test('refuses an array whose bytes are not whole elements', () => {
  const message = encodeFrame({ values: new Float32Array([1]) })
  const broken = message.slice()
  // The element type byte follows the extension header; claim an 8-byte type for 4 bytes.
  broken[broken.length - 5] = 6
  expect(() => decodeFrame(broken)).toThrow('Malformed typed array')
})

test('reads arrays out of bytes whose slice shares memory, as that of a Node Buffer does', () => {
  class SharingBytes extends Uint8Array<ArrayBuffer> {
    override slice(start?: number, end?: number) {
      return this.subarray(start, end)
    }
  }
  const message = SharingBytes.from(encodeFrame({ ids: new Uint32Array([7, 9]) }))
  expect(decodeFrame(message)).toEqual({ ids: new Uint32Array([7, 9]) })
})
