import { describe, expect, it } from 'vitest'
import { isFlat, minMax, ownRange, quantileRange, sharedRange, symmetricRange } from './scale'

describe('scales', () => {
  it('min-max leaves out what is not finite', () => {
    expect(minMax(Float32Array.of(3, NaN, -1, Infinity))).toEqual({ low: -1, high: 3 })
    expect(minMax(new Float32Array())).toEqual({ low: 0, high: 0 })
  })

  it('quantiles interpolate between order statistics', () => {
    expect(quantileRange(Float32Array.of(4, 1, 3, 2, 0), 0.25, 0.875)).toEqual({ low: 1, high: 3.5 })
  })

  it('a percentile range that would be empty falls back to min-max', () => {
    const values = new Float32Array(100)
    values[7] = 1
    expect(ownRange(values, 'percentile')).toEqual({ low: 0, high: 1 })
  })

  it('the shared range starts at zero unless values are negative', () => {
    expect(sharedRange(Float32Array.of(1, 1, 1)).low).toBe(0)
    expect(sharedRange(Float32Array.of(-2, 1)).low).toBe(-2)
  })

  it('a symmetric range has zero in its centre', () => {
    expect(symmetricRange(Float32Array.of(-3, 1))).toEqual({ low: -3, high: 3 })
  })

  it('knows a flat map', () => {
    expect(isFlat(minMax(new Float32Array(4)))).toBe(true)
    expect(isFlat(minMax(Float32Array.of(0, 1)))).toBe(false)
  })
})
