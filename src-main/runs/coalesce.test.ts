import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Coalesced } from './coalesce'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('emits the first at once, then the latest of each interval', () => {
  const heard: number[] = []
  const coalesced = new Coalesced<number>(200, (value) => heard.push(value))
  for (const value of [1, 2, 3]) coalesced.push(value)
  expect(heard).toEqual([1])
  vi.advanceTimersByTime(200)
  expect(heard).toEqual([1, 3])
  coalesced.push(4)
  coalesced.push(5)
  coalesced.flush()
  expect(heard).toEqual([1, 3, 5])
  vi.advanceTimersByTime(1000)
  expect(heard).toEqual([1, 3, 5])
})
