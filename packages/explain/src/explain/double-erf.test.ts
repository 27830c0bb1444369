import { describe, expect, it } from 'vitest'
import { smoothErf } from './double-erf'

describe('smoothErf', () => {
  /** erf to 16 digits (C library). */
  const reference: [number, number][] = [
    [1e-6, 1.1283791670951364e-6],
    [0.01, 0.011283415555849616],
    [0.1, 0.1124629160182849],
    [0.25, 0.2763263901682369],
    [0.5, 0.5204998778130465],
    [0.75, 0.7111556336535151],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5, 0.9999999999984626],
    [8, 1.0],
  ]

  it.each(reference)('of %d', (x, erf) => {
    expect(Math.abs(smoothErf(x) - erf)).toBeLessThan(1e-11)
    expect(smoothErf(-x)).toBe(-smoothErf(x))
  })

  it('of 0 is 0', () => expect(Math.abs(smoothErf(0))).toBe(0))
})
