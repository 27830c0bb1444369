import { expect, it, vi } from 'vitest'
import { createBatcher } from './batch'

it('asks once for all ids of a moment, each id once', async () => {
  const fetchMany = vi.fn((ids: Uint32Array) => Promise.resolve(new Map([...ids].map((id) => [id, id * 2]))))
  const batcher = createBatcher(fetchMany)
  expect(await Promise.all([batcher.load(1), batcher.load(2), batcher.load(1)])).toEqual([2, 4, 2])
  expect(fetchMany).toHaveBeenCalledTimes(1)
  expect(fetchMany).toHaveBeenCalledWith(Uint32Array.of(1, 2))
})

it('gives null for an id that the answer leaves out', async () => {
  const batcher = createBatcher(() => Promise.resolve(new Map<number, number>()))
  expect(await batcher.load(7)).toBeNull()
})

it('fails every caller of a failed batch, and works again afterwards', async () => {
  const fetchMany = vi
    .fn()
    .mockRejectedValueOnce(new Error('gone'))
    .mockResolvedValue(new Map([[1, 'one']]))
  const batcher = createBatcher<string>(fetchMany)
  await expect(batcher.load(1)).rejects.toThrow('gone')
  expect(await batcher.load(1)).toBe('one')
})

it('splits what is too large for one call', async () => {
  const fetchMany = vi.fn((ids: Uint32Array) => Promise.resolve(new Map([...ids].map((id) => [id, id]))))
  const batcher = createBatcher(fetchMany)
  await Promise.all(Array.from({ length: 300 }, (_, id) => batcher.load(id)))
  expect(fetchMany.mock.calls.map(([ids]) => ids.length)).toEqual([256, 44])
})
