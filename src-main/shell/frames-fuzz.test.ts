/** Bytes that no window sends: decoding them gives a value or throws, and the connection outlives every frame. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Service } from '@shared/api'
import { decodeFrame, encodeFrame } from '@shared/api/wire'
import { serveConnection } from './connection'

const settings = { seed: 11, numRuns: process.env.HEADLIGHT_LONG === '1' ? 100_000 : 3000 }
const typed = fc.oneof(
  fc.float32Array(),
  fc.float64Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.uint8Array(),
)

test('typed arrays arrive as they were sent', () => {
  const holds = (array: ArrayLike<unknown>) => {
    expect(decodeFrame(encodeFrame({ array }))).toEqual({ array })
  }
  fc.assert(fc.property(typed, holds), settings)
})

test('random and damaged bytes are a value or an error', () => {
  const damaged = fc.tuple(typed, fc.nat(), fc.nat(255)).map(([array, at, byte]) => {
    const bytes = encodeFrame({ id: 1, kind: 'call', name: 'run.get', input: { array } })
    bytes[at % bytes.length] = byte
    return bytes
  })
  const holds = (bytes: Uint8Array) => {
    try {
      decodeFrame(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(Error)
    }
  }
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), holds), settings)
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('whatever a frame holds, it is ignored or answered under its id', async () => {
  const service: Service = { call: () => Promise.reject(new Error('not done')), on: () => () => undefined }
  const frame = fc.oneof(
    fc.anything(),
    fc.record({
      id: fc.oneof(fc.integer(), fc.anything()),
      kind: fc.constantFrom('call', 'cancel', 'result', '__proto__'),
      name: fc.constantFrom('app.info', 'toString', '__proto__', 'constructor', ''),
      input: fc.anything(),
    }),
  )
  let receive: (value: unknown) => void = () => undefined
  const sent: unknown[] = []
  serveConnection(service, {
    send: (answer) => void sent.push(answer),
    onFrame: (listener) => void (receive = listener),
    onClose: () => undefined,
  })
  fc.assert(
    fc.property(frame, (value) => receive(value)),
    settings,
  )
  await Promise.resolve()
  for (const answer of sent) expect(answer).toMatchObject({ kind: 'error', id: expect.any(Number) })
})
