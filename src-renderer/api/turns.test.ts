import { expect, test } from 'vitest'
import { Turns } from './turns'

/** Tasks that end when they are told to, and the order in which they began. */
function stage() {
  const turns = new Turns()
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string, rank: () => number, signal = new AbortController().signal) =>
    turns.run(
      () => {
        begun.push(name)
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
      },
      rank,
      signal,
    )
  const end = async (name: string) => {
    ends.get(name)?.()
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { begun, run, end }
}

test('one at a time, and the lowest rank of the moment comes next', async () => {
  const { begun, run, end } = stage()
  let far = 9
  const first = run('first', () => 0)
  void run('far', () => far)
  void run('near', () => 5)
  expect(begun).toEqual(['first'])
  // Scrolled to meanwhile.
  far = 1
  await end('first')
  expect(await first).toBe('first')
  expect(begun).toEqual(['first', 'far'])
  await end('far')
  expect(begun).toEqual(['first', 'far', 'near'])
  await end('near')
  void run('later', () => 0)
  expect(begun.at(-1)).toBe('later')
})

test('what is taken back while it waits is never begun, and a failure frees the turn', async () => {
  const { begun, run, end } = stage()
  const turns = new Turns()
  const { signal } = new AbortController()
  await expect(
    turns.run(
      () => Promise.reject(new Error('no')),
      () => 0,
      signal,
    ),
  ).rejects.toThrow('no')
  await expect(
    turns.run(
      () => Promise.resolve('yes'),
      () => 0,
      signal,
    ),
  ).resolves.toBe('yes')

  const passed = new AbortController()
  void run('first', () => 0)
  const left = run('left', () => 0, passed.signal)
  void run('last', () => 1)
  passed.abort()
  await expect(left).rejects.toMatchObject({ name: 'AbortError' })
  await end('first')
  expect(begun).toEqual(['first', 'last'])
  await expect(run('late', () => 0, passed.signal)).rejects.toMatchObject({ name: 'AbortError' })
})
