/** The end of the desktop application, with a stand-in for app: 'will-quit' can be prevented (electronjs.org/docs/api/app). */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SAVED_WITHIN_S, saveBeforeQuitting } from './save-before-quitting'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Like Electron's, `quit` ends the program unless 'will-quit' is prevented. */
function programThat(save: () => Promise<void>) {
  const steps: string[] = []
  const app = Object.assign(new EventEmitter(), {
    quit: () => {
      let prevented = false
      app.emit('will-quit', { preventDefault: () => (prevented = true) })
      if (!prevented) steps.push('ended')
    },
  })
  const quitting = saveBeforeQuitting(app as unknown as Parameters<typeof saveBeforeQuitting>[0], {
    save: () => {
      steps.push('save')
      return save()
    },
    end: () => {
      steps.push('children')
      return Promise.resolve()
    },
    onFailure: (error) => steps.push((error as Error).message),
  })
  return { app, steps, quitting }
}

test('what computes is saved, then the children end, then the program', async () => {
  const { app, steps, quitting } = programThat(() => Promise.resolve())
  expect(quitting.begun).toBe(false)
  app.quit()
  expect(quitting.begun).toBe(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(steps).toEqual(['save', 'children', 'ended'])
})

test('a second quit while it saves waits for the first and saves nothing twice', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { app, steps } = programThat(() => promise)
  app.quit()
  app.quit()
  await vi.advanceTimersByTimeAsync(1000)
  expect(steps).toEqual(['save'])
  resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(steps).toEqual(['save', 'children', 'ended'])
})

test('a saving that fails is told of, and the program ends', async () => {
  const { app, steps } = programThat(() => Promise.reject(new Error('The disk is full.')))
  app.quit()
  await vi.advanceTimersByTimeAsync(0)
  expect(steps).toEqual(['save', 'The disk is full.', 'children', 'ended'])
})

test('a saving that never ends is given up', async () => {
  const { app, steps } = programThat(() => new Promise(() => undefined))
  app.quit()
  await vi.advanceTimersByTimeAsync(SAVED_WITHIN_S * 1000 - 1)
  expect(steps).toEqual(['save'])
  await vi.advanceTimersByTimeAsync(1)
  expect(steps).toEqual(['save', 'Not everything was saved within 60 seconds.', 'children', 'ended'])
})
