import { expect, test } from 'vitest'
import { BatchPolicy } from './batch-policy'

const ids = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

/** Plays a run of `count` samples; `survives` says whether a batch gets through. Gives what happened. */
function play(count: number, batch: number, survives: (batch: number[]) => boolean) {
  const policy = new BatchPolicy(batch)
  let waiting = ids(0, count)
  const done: number[] = []
  const dropped: number[] = []
  let deaths = 0
  while (waiting.length > 0) {
    const flights: number[][] = []
    while (flights.length < policy.underWay && waiting.length > 0) flights.push(waiting.splice(0, policy.size))
    const [first = []] = flights
    if (survives(first)) {
      policy.succeeded(first)
      done.push(...first)
      waiting = [...flights.slice(1).flat(), ...waiting]
      continue
    }
    deaths++
    const lost = flights.flat()
    const verdict = policy.lost(lost)
    if (verdict === 'give-up') return { verdict, done, dropped, deaths, size: policy.size }
    if (verdict === 'drop') dropped.push(...lost)
    else waiting = [...lost, ...waiting]
  }
  return { verdict: 'finished', done, dropped, deaths, size: policy.size }
}

test('keeps two batches under way while all goes well', () => {
  const policy = new BatchPolicy(8)
  expect([policy.size, policy.underWay]).toEqual([8, 2])
})

test('halves until batches fit, and stays there', () => {
  const { verdict, done, deaths, size } = play(100, 32, (batch) => batch.length <= 8)
  expect(verdict).toBe('finished')
  expect(done).toEqual(ids(0, 100))
  expect(size).toBe(8)
  expect(deaths).toBe(2)
})

test('singles out the one sample that ends the process, then goes on as before', () => {
  const { verdict, done, dropped, size } = play(100, 16, (batch) => !batch.includes(37))
  expect(verdict).toBe('finished')
  expect(dropped).toEqual([37])
  expect(done.length).toBe(99)
  expect(size).toBe(16)
})

test('gives up where nothing gets through', () => {
  const { verdict, done, deaths } = play(1000, 32, () => false)
  expect(verdict).toBe('give-up')
  expect(done).toEqual([])
  expect(deaths).toBeLessThanOrEqual(11)
})
