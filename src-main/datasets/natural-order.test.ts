import { expect, test } from 'vitest'
import { labelMatcher } from './label-match'
import { naturalOrder } from './natural-order'

test.each([
  [
    ['a2', 'a10', 'a9'],
    ['a2', 'a9', 'a10'],
  ],
  [
    ['a/2', 'a b/1', 'a/1'],
    ['a/1', 'a/2', 'a b/1'],
  ],
  [
    ['x007', 'x7', 'x07'],
    ['x7', 'x07', 'x007'],
  ],
  [
    ['9', '10', '1', ''],
    ['', '1', '9', '10'],
  ],
  [
    ['12345678901234567890124', '12345678901234567890123'],
    ['12345678901234567890123', '12345678901234567890124'],
  ],
  [
    ['img1b', 'img1', 'img1a'],
    ['img1', 'img1a', 'img1b'],
  ],
  [
    ['a0/1', 'a/1', 'a00/1', 'a0/2'],
    ['a/1', 'a0/1', 'a0/2', 'a00/1'],
  ],
])('%j sorts to %j', (paths, sorted) => {
  expect([...paths].sort(naturalOrder)).toEqual(sorted)
  expect([...paths].reverse().sort(naturalOrder)).toEqual(sorted)
})

test('labels match exactly, then loosely, and never by guess', () => {
  const match = labelMatcher(['Coat', 'coat', 'T-shirt/top', 'Ankle boot', '✓'])
  expect(['Coat', 'coat', 't_shirt_TOP', 'ankle_boot', 'Boot', '', '--'].map(match)).toEqual([
    0,
    1,
    2,
    3,
    null,
    null,
    null,
  ])
  // Two classes are loosely alike: only their exact names count.
  expect(match('COAT')).toBeNull()
})
