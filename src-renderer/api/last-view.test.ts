import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { KEEP_AFTER_MS, lastViewKeeper } from './last-view'
import { enterProject } from './open-project'

beforeEach(() => {
  vi.useFakeTimers()
  enterProject(null)
})
afterEach(() => {
  enterProject(null)
  vi.useRealTimers()
})

function keeper() {
  const sent: [project: string, address: string][] = []
  return { sent, keep: lastViewKeeper((project, address) => sent.push([project, address])) }
}

test('of views that follow each other the last is kept, once it has stood for a moment', () => {
  const { sent, keep } = keeper()
  enterProject('/a.headlight')
  keep('/runs/1/gallery?filter=c')
  vi.advanceTimersByTime(KEEP_AFTER_MS - 1)
  keep('/runs/1/gallery?filter=co')
  vi.advanceTimersByTime(KEEP_AFTER_MS - 1)
  expect(sent).toEqual([])
  vi.advanceTimersByTime(1)
  expect(sent).toEqual([['/a.headlight', '/runs/1/gallery?filter=co']])
})

test('a project that is left before its view was kept has it kept as its own, at once and only once', () => {
  const { sent, keep } = keeper()
  enterProject('/a.headlight')
  keep('/runs/1/gallery?filter=correct:false')
  enterProject('/b.headlight')
  expect(sent).toEqual([['/a.headlight', '/runs/1/gallery?filter=correct:false']])
  vi.advanceTimersByTime(2 * KEEP_AFTER_MS)
  enterProject('/a.headlight')
  expect(sent).toHaveLength(1)
})

test('what is in view of no project is kept of none', () => {
  const { sent, keep } = keeper()
  keep('/runs/1/gallery')
  enterProject('/a.headlight')
  vi.advanceTimersByTime(2 * KEEP_AFTER_MS)
  expect(sent).toEqual([])
})
