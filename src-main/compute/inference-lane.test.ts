import { expect, test } from 'vitest'
import { InferenceLane } from './inference-lane'

test('one task at a time, questions first, and a failure lets the next one in', async () => {
  const lane = new InferenceLane()
  const order: string[] = []
  let inside = 0
  const task = (name: string) => async () => {
    expect(++inside).toBe(1)
    await new Promise(setImmediate)
    order.push(name)
    inside--
  }
  const failing = lane.run('batch', () => Promise.reject(new Error('no')))
  const runs = [
    lane.run('batch', task('first batch')),
    lane.run('batch', task('second batch')),
    lane.run('question', task('question')),
  ]
  await expect(failing).rejects.toThrow('no')
  await Promise.all(runs)
  expect(order).toEqual(['question', 'first batch', 'second batch'])
  await lane.run('batch', task('later'))
})
