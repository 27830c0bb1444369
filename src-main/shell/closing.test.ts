/**
 * Closing a window while a run computes, with a stand-in for BrowserWindow: its 'close' event can be prevented
 * (electronjs.org/docs/api/browser-window#event-close).
 */
import { EventEmitter } from 'node:events'
import type { MessageBoxOptions } from 'electron'
import { expect, test, vi } from 'vitest'
import type { RunProgress } from '@shared/api'
import { type ClosingWindow, askBeforeClosing } from './closing'

const run = { runId: 1, state: 'running', done: 40, failed: 2, total: 100 } as RunProgress

function closingWith(answer: number, computing: RunProgress | null = run, exports = 0) {
  const window = Object.assign(new EventEmitter(), { minimize: vi.fn() })
  const asked: MessageBoxOptions[] = []
  const quit = vi.fn()
  const closing = askBeforeClosing(window as unknown as ClosingWindow, {
    computing: () => computing,
    exporting: () => exports,
    ask: (options) => {
      asked.push(options)
      return Promise.resolve(answer)
    },
    quit,
  })
  /** Whether the window may close. */
  const close = async () => {
    const event = { preventDefault: vi.fn() }
    window.emit('close', event)
    await Promise.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    return event.preventDefault.mock.calls.length === 0
  }
  return { window, asked, quit, closing, close }
}

test('nothing is asked where nothing computes', async () => {
  const { asked, close } = closingWith(0, null)
  expect(await close()).toBe(true)
  expect(asked).toEqual([])
})

test('an export that is being written is asked about, with a run and without', async () => {
  const alone = closingWith(1, null, 1)
  expect(await alone.close()).toBe(false)
  expect(alone.asked).toMatchObject([
    { message: 'An export is being written.', buttons: ['Keep Writing', 'Quit', 'Cancel'] },
  ])
  expect(alone.quit).toHaveBeenCalledTimes(1)
  const both = closingWith(2, run, 1)
  expect(await both.close()).toBe(false)
  expect(both.asked[0]?.detail).toMatch(/the run can be resumed.\n\nAn export is being written/)
})

test('a run that goes on leaves the window minimised, and is asked about again', async () => {
  const { window, asked, quit, close } = closingWith(0)
  expect(await close()).toBe(false)
  expect(await close()).toBe(false)
  expect(asked).toHaveLength(2)
  expect(asked[0]?.detail).toMatch(/^42 % of 100 images/)
  expect(window.minimize).toHaveBeenCalledTimes(2)
  expect(quit).not.toHaveBeenCalled()
})

test('"Save and Quit" quits, and the closing that follows is not asked about', async () => {
  const { quit, close, window } = closingWith(1)
  expect(await close()).toBe(false)
  expect(quit).toHaveBeenCalledTimes(1)
  expect(await close()).toBe(true)
  expect(window.minimize).not.toHaveBeenCalled()
})

test('"Cancel" changes nothing', async () => {
  const { window, quit, close } = closingWith(2)
  expect(await close()).toBe(false)
  expect(window.minimize).not.toHaveBeenCalled()
  expect(quit).not.toHaveBeenCalled()
})

test('a second click on the cross while the question stands asks no second one', async () => {
  const window = Object.assign(new EventEmitter(), { minimize: vi.fn() })
  const ask = vi.fn(() => new Promise<number>(() => undefined))
  askBeforeClosing(window as unknown as ClosingWindow, { computing: () => run, exporting: () => 0, ask, quit: vi.fn() })
  const event = { preventDefault: vi.fn() }
  window.emit('close', event)
  window.emit('close', event)
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
  expect(ask).toHaveBeenCalledTimes(1)
})

test('a system that shuts down is not asked', async () => {
  const { asked, closing, close } = closingWith(0)
  closing.allow()
  expect(await close()).toBe(true)
  expect(asked).toEqual([])
})
