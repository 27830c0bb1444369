import { expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import { truthRegion } from './truth-region'

const exact: Preprocessing = {
  size: { height: 8, width: 8 },
  resize: { mode: 'exact', height: 8, width: 8, interpolation: 'bilinear' },
  centerCrop: null,
  rescale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channels: 3,
  source: 'test',
}
const dense = { kind: 'pixels', height: 2, width: 2 } as const
/** 1 is inside, 2 void. */
const mask = (width: number, ...regions: number[]) => ({
  mask: { width, height: regions.length / width, regions: Uint8Array.from(regions) },
  unmeasured: null,
})

test('a place weighs what the mask covers of it; void counts for nothing', () => {
  const regions = mask(4, 1, 0, 2, 2, 1, 0, 2, 1, 0, 0, 1, 1, 0, 0, 1, 1)
  expect([...truthRegion(regions, { width: 4, height: 4 }, exact, dense)]).toEqual([0.5, 0.25, 0, 1])
})

test('pixels that lie over two places are shared by area', () => {
  const shares = truthRegion(mask(3, 0, 1, 0), { width: 3, height: 1 }, exact, dense)
  for (const share of shares) expect(share).toBeCloseTo(1 / 3, 6)
})

test('in a padded input the mask lies where the picture is', () => {
  const padded: Preprocessing = {
    ...exact,
    resize: { ...exact.resize, mode: 'longest' },
    pad: { height: 8, width: 8 },
  }
  // The picture is twice as wide as high: it fills the upper half.
  expect([...truthRegion(mask(2, 0, 1), { width: 16, height: 8 }, padded, dense)]).toEqual([0, 1, 0, 0])
})

test('a sample without a mask, or with nothing inside, says so', () => {
  const picture = { width: 4, height: 4 }
  const without = () => truthRegion({ mask: null, unmeasured: null }, picture, exact, dense)
  expect(without).toThrow('has no mask in the dataset')
  const empty = { kind: 'empty' as const, message: 'The mask has nothing inside.' }
  expect(() => truthRegion({ ...mask(1, 0), unmeasured: empty }, picture, exact, dense)).toThrow('nothing inside')
  const lost = { kind: 'unreadable' as const, message: 'It is not there.' }
  expect(() => truthRegion({ mask: null, unmeasured: lost }, picture, exact, dense)).toThrowError(
    expect.objectContaining({ code: 'unreadable-file' }),
  )
})
