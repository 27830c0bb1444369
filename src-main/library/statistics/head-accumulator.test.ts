import { expect, test } from 'vitest'
import { HeadAccumulator } from './head-accumulator'
import { headWeight, headWeights } from './head-weights'
import { BINS, binOf, packCounts, quantileOf, unpackCounts } from './histogram'

test('weights are shares of a layer, and uniform in a layer of zeros', () => {
  expect([...(headWeights(Float32Array.of(3, 1, 0, 0, 0, 8), 2) ?? [])]).toEqual([0.75, 0.25, 0.5, 0.5, 0, 1])
  expect(headWeight(Float32Array.of(3, 1, 0, 0), 2, 1, 0)).toBe(0.5)
  expect(headWeights(Float32Array.of(3, Infinity), 2)).toBeNull()
  expect(headWeights(Float32Array.of(3, NaN), 2)).toBeNull()
})

test('bins hold [0, 1], the last one with its end', () => {
  expect([0, 1 / BINS, 0.5, 1 - 1e-9, 1].map(binOf)).toEqual([0, 1, 512, 1023, 1023])
})

test('quantiles are right to a bin', () => {
  const bins = new Uint32Array(BINS)
  for (let i = 0; i < 1000; i += 1) bins[binOf(i / 1000)] = (bins[binOf(i / 1000)] ?? 0) + 1
  for (const q of [0.05, 0.25, 0.5, 0.75, 0.95]) expect(Math.abs(quantileOf(bins, q) - q)).toBeLessThanOrEqual(1 / BINS)
  expect(quantileOf(new Uint32Array(BINS), 0.5)).toBeNaN()
})

test('counts are the same after packing, alone or added', () => {
  const counts = new Uint32Array(5000)
  for (const [index, count] of [
    [0, 1],
    [1, 127],
    [130, 128],
    [4000, 70_000],
    [4999, 4_000_000_000],
  ] as const) {
    counts[index] = count
  }
  const packed = packCounts(counts)
  expect(packed.length).toBe(20)
  const back = new Uint32Array(5000)
  unpackCounts(packed, back)
  expect(back).toEqual(counts)
  back.fill(0)
  unpackCounts(packCounts(Uint32Array.of(1, 0, 2)), back)
  unpackCounts(packCounts(Uint32Array.of(0, 5, 2)), back)
  expect([...back.subarray(0, 4)]).toEqual([1, 5, 4, 0])
})

test('statistics by hand, and the same when they are merged from parts', () => {
  const samples = [
    [0.75, 0.25, 0.5, 0.5],
    [0.25, 0.75, 0.5, 0.5],
    [0.5, 0.5, 0, 1],
  ].map((weights) => Float64Array.from(weights))
  const whole = new HeadAccumulator(2, 2)
  for (const weights of samples) whole.add(weights)
  const group = whole.group('all', 'All samples')
  expect(group.count).toBe(3)
  expect([...group.mean]).toEqual([0.5, 0.5, Math.fround(1 / 3), Math.fround(2 / 3)])
  // Deviations from 0.5: 0.25, -0.25, 0; variance 0.125 / 2. From 1/3: 1/6, 1/6, -1/3; variance (1/6) / 2.
  expect(group.std[0]).toBeCloseTo(0.25, 7)
  expect(group.std[2]).toBeCloseTo(Math.sqrt(1 / 12), 7)
  // Of equal weights the first head ranks first.
  expect([...group.topShare]).toEqual([2 / 3, 1 / 3, 2 / 3, 1 / 3].map(Math.fround))

  const parts = new HeadAccumulator(2, 2)
  for (const weights of samples) {
    const one = new HeadAccumulator(2, 2)
    one.add(weights)
    parts.merge(one.pack())
  }
  expect(parts.group('all', 'All samples')).toEqual(group)
})

test('one sample has no deviation', () => {
  const heads = new HeadAccumulator(1, 2)
  heads.add(Float64Array.of(0.25, 0.75))
  expect([...heads.group('', '').std]).toEqual([NaN, NaN])
})
