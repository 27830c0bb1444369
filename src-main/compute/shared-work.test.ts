import { expect, test } from 'vitest'
import { SharedWork } from './shared-work'

/** Work that ends when it is told to, and counts how often it was begun and given up. */
function work() {
  const seen = { begun: 0, givenUp: 0 }
  let finish: (value: string) => void = () => undefined
  const shared = new SharedWork<string>((signal) => {
    seen.begun++
    return new Promise((resolve, reject) => {
      finish = resolve
      signal.addEventListener('abort', () => {
        seen.givenUp++
        reject(new Error('given up'))
      })
    })
  })
  return { shared, seen, finish: (value: string) => finish(value) }
}

test('is done once for all callers and kept', async () => {
  const { shared, seen, finish } = work()
  const both = Promise.all([shared.get(), shared.get(new AbortController().signal)])
  finish('done')
  expect(await both).toEqual(['done', 'done'])
  expect(await shared.get()).toBe('done')
  expect(seen).toEqual({ begun: 1, givenUp: 0 })
})

test('goes on while one caller still waits, and is given up with the last', async () => {
  const { shared, seen, finish } = work()
  const [first, second] = [new AbortController(), new AbortController()]
  const patient = shared.get(second.signal)
  const impatient = shared.get(first.signal)
  first.abort()
  expect(seen.givenUp).toBe(0)
  second.abort()
  expect(seen.givenUp).toBe(1)
  await expect(patient).rejects.toThrow('given up')
  await expect(impatient).rejects.toThrow('given up')
  const again = shared.get()
  finish('second time')
  expect(await again).toBe('second time')
  expect(seen.begun).toBe(2)
})
