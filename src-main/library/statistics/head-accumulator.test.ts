import { expect, test } from 'vitest'
import { HeadAccumulator } from './head-accumulator'
import { headWeights } from './head-weights'
import { summarise } from './head-sums'
import { addToPacked, BINS, binOf, eachCount, type PackedCounts } from './histogram'
import { headQuantiles, QUANTILES } from './quantiles'

test('weights are shares of a layer, and uniform in a layer of zeros', () => {
  expect([...(headWeights(Float32Array.of(3, 1, 0, 0, 0, 8), 2) ?? [])]).toEqual([0.75, 0.25, 0.5, 0.5, 0, 1])
  expect(headWeights(Float32Array.of(3, Infinity), 2)).toBeNull()
  expect(headWeights(Float32Array.of(3, NaN), 2)).toBeNull()
})

test('bins hold [0, 1], the last one with its end', () => {
  expect([0, 1 / BINS, 0.5, 1 - 1e-9, 1].map(binOf)).toEqual([0, 1, 512, 1023, 1023])
})

test('quantiles are right to a bin', () => {
  const first = Array.from({ length: 1000 }, (_, i) => binOf(i / 1000))
  const second = Array.from({ length: 1000 }, () => BINS + 512)
  const histograms = addToPacked(new Uint8Array(), Uint32Array.from([...first, ...second]))
  const quantiles = headQuantiles(histograms, 2, 1000)
  QUANTILES.forEach((q, row) => {
    expect(Math.abs((quantiles[row * 2] ?? NaN) - q)).toBeLessThanOrEqual(1 / BINS)
    expect(quantiles[row * 2 + 1]).toBeCloseTo((512 + q) / BINS, 6)
  })
  expect([...headQuantiles(new Uint8Array(), 1, 0)].every(Number.isNaN)).toBe(true)
})

test('packed counts take more before, between, on and behind them', () => {
  const unpacked = (packed: PackedCounts) => {
    const counts: [number, number][] = []
    eachCount(packed, (index, count) => counts.push([index, count]))
    return counts
  }
  const repeated = (index: number, count: number) => Array.from({ length: count }, () => index)
  const packed = addToPacked(new Uint8Array(), Uint32Array.from([...repeated(2, 5), ...repeated(5, 127)]))
  expect([...packed]).toEqual([2, 5, 2, 127])
  const more = addToPacked(packed, Uint32Array.from([0, 0, 2, 3, 5, 9, 700, ...repeated(9000, 20_000)]))
  expect(unpacked(more)).toEqual([
    [0, 2],
    [2, 6],
    [3, 1],
    [5, 128],
    [9, 1],
    [700, 1],
    [9000, 20_000],
  ])
  expect(addToPacked(more, new Uint32Array())).toEqual(more)
  const far = Uint32Array.from({ length: 50 }, (_, i) => i * 1_000_000)
  expect(unpacked(addToPacked(new Uint8Array(), far)).map(([index]) => index)).toEqual([...far])
})

test('statistics by hand', () => {
  const samples = [
    [0.75, 0.25, 0.5, 0.5],
    [0.25, 0.75, 0.5, 0.5],
    [0.5, 0.5, 0, 1],
  ].map((weights) => Float64Array.from(weights))
  const whole = new HeadAccumulator(2, 2)
  for (const weights of samples) whole.add(weights)
  const group = summarise('all', 'All samples', whole.pack())
  expect(group.count).toBe(3)
  expect([...group.mean]).toEqual([0.5, 0.5, Math.fround(1 / 3), Math.fround(2 / 3)])
  // Deviations from 0.5: 0.25, -0.25, 0; variance 0.125 / 2. From 1/3: 1/6, 1/6, -1/3; variance (1/6) / 2.
  expect(group.std[0]).toBeCloseTo(0.25, 7)
  expect(group.std[2]).toBeCloseTo(Math.sqrt(1 / 12), 7)
  // Of equal weights the first head ranks first.
  expect([...group.topShare]).toEqual([2 / 3, 1 / 3, 2 / 3, 1 / 3].map(Math.fround))
})

test('one sample has no deviation', () => {
  const heads = new HeadAccumulator(1, 2)
  heads.add(Float64Array.of(0.25, 0.75))
  expect([...summarise('', '', heads.pack()).std]).toEqual([NaN, NaN])
})
