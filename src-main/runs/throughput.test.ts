import { expect, test } from 'vitest'
import { Throughput } from './throughput'

test('counts the last ten seconds only', () => {
  let now = 0
  const throughput = new Throughput(() => now)
  expect(throughput.perSecond()).toBe(0)
  for (let second = 1; second <= 30; second++) {
    now = second * 1000
    throughput.add(second <= 15 ? 2 : 10)
  }
  expect(throughput.perSecond()).toBeCloseTo(10)
})

test('starts anew after a restart', () => {
  let now = 0
  const throughput = new Throughput(() => now)
  now = 1000
  throughput.add(50)
  throughput.restart()
  now = 2000
  throughput.add(4)
  expect(throughput.perSecond()).toBe(4)
})
