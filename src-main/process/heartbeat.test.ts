import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { childPort } from './child-port'
import { BEAT_MS, SILENT_BEATS, startBeating, watchHeartbeat } from './heartbeat'
import type { ToChild } from './messages'

/** No process has this number: the largest of Linux is 2^22. */
const GONE = 2 ** 30

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  delete (process as { parentPort?: unknown }).parentPort
})

test('a silent parent is gone after so many beats, and said so once', () => {
  const onSilence = vi.fn()
  watchHeartbeat(onSilence)
  vi.advanceTimersByTime(BEAT_MS * (SILENT_BEATS - 1))
  expect(onSilence).not.toHaveBeenCalled()
  vi.advanceTimersByTime(BEAT_MS * SILENT_BEATS * 3)
  expect(onSilence).toHaveBeenCalledTimes(1)
})

test('a parent that lives is waited for, however long it is silent; one that ends then is noticed', () => {
  const onSilence = vi.fn()
  const { heard } = watchHeartbeat(onSilence)
  heard(process.pid)
  vi.advanceTimersByTime(BEAT_MS * SILENT_BEATS * 10)
  expect(onSilence).not.toHaveBeenCalled()
  heard(GONE)
  vi.advanceTimersByTime(BEAT_MS * SILENT_BEATS)
  expect(onSilence).toHaveBeenCalledTimes(1)
})

test('any sign of life starts the count anew', () => {
  const onSilence = vi.fn()
  const { heard } = watchHeartbeat(onSilence)
  for (let minute = 0; minute < 30; minute++) {
    vi.advanceTimersByTime(BEAT_MS * (SILENT_BEATS - 1))
    heard()
  }
  expect(onSilence).not.toHaveBeenCalled()
})

test('beats come at their interval until they are stopped', () => {
  const send = vi.fn()
  const stop = startBeating(send)
  vi.advanceTimersByTime(BEAT_MS * 3)
  stop()
  vi.advanceTimersByTime(BEAT_MS * 3)
  expect(send).toHaveBeenCalledTimes(3)
})

test("on Electron's port, beats reach no listener and their absence closes it", () => {
  const port = Object.assign(new EventEmitter(), { postMessage: vi.fn() })
  ;(process as { parentPort?: unknown }).parentPort = port
  const child = childPort()
  const messages: ToChild[] = []
  const onClose = vi.fn()
  child.onMessage((message) => messages.push(message))
  child.onClose(onClose)
  for (let beat = 0; beat < SILENT_BEATS * 2; beat++) {
    vi.advanceTimersByTime(BEAT_MS)
    port.emit('message', { data: { kind: 'beat', pid: GONE } })
  }
  port.emit('message', { data: { kind: 'stop' } })
  expect(messages).toEqual([{ kind: 'stop' }])
  expect(onClose).not.toHaveBeenCalled()
  vi.advanceTimersByTime(BEAT_MS * SILENT_BEATS)
  expect(onClose).toHaveBeenCalledTimes(1)
})
