/** Children of the desktop application, with a stand-in for utilityProcess (electronjs.org/docs/api/utility-process). */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BEAT_MS } from '../process/heartbeat'
import { utilityHost } from './utility-host'

const { forked } = vi.hoisted(() => ({ forked: [] as unknown[] }))

vi.mock('electron', () => ({ utilityProcess: { fork: () => forked.at(-1) } }))

function fork() {
  const child = Object.assign(new EventEmitter(), { pid: 1, stderr: new EventEmitter(), postMessage: vi.fn() })
  forked.push(child)
  const exits: unknown[] = []
  utilityHost.start('library.js', { name: 'library' }).onExit((exit) => exits.push(exit))
  return { child, exits }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test("V8's fatal error ends the child alone, and its place is among the last words", () => {
  const { child, exits } = fork()
  // "No matter if you listen to the error event, the exit event will be emitted after the child process terminates."
  expect(() => child.emit('error', 'FatalError', 'v8::Array::New', '{"report": 1}')).not.toThrow()
  expect(() => child.stderr.emit('error', new Error('read EPIPE'))).not.toThrow()
  child.emit('exit', 5)
  expect(exits).toEqual([{ code: 5, signal: null, lastWords: '\nFatalError in V8: v8::Array::New\n' }])
})

test('beats are sent until the child ends', () => {
  const { child } = fork()
  vi.advanceTimersByTime(BEAT_MS * 2)
  expect(child.postMessage.mock.calls).toEqual(Array(2).fill([{ kind: 'beat', pid: process.pid }]))
  child.emit('exit', 0)
  vi.advanceTimersByTime(BEAT_MS * 2)
  expect(child.postMessage).toHaveBeenCalledTimes(2)
})
