import { afterEach, expect, test } from 'vitest'
import { AwakeClock } from './awake-clock'
import { Throughput } from './throughput'

let at = 0
let clock: AwakeClock
afterEach(() => clock.stop())

/** Seconds go by, and the clock looks every one of them. */
function work(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    at += 1000
    clock.now()
  }
}

test('hours of sleep do not count, and a busy moment does', () => {
  at = 0
  clock = new AwakeClock(() => at)
  work(10)
  at += 8 * 3_600_000
  expect(clock.now()).toBe(10_000)
  at += 3000
  expect(clock.now()).toBe(13_000)
})

test('the rate of a run is after a night what it was before', () => {
  at = 0
  clock = new AwakeClock(() => at)
  const throughput = new Throughput(() => clock.now())
  for (let batch = 0; batch < 12; batch++) {
    work(1)
    throughput.add(20)
  }
  at += 8 * 3_600_000
  clock.now()
  work(1)
  throughput.add(20)
  expect(throughput.perSecond()).toBeCloseTo(20, 5)
})
