import { expect, test } from 'vitest'
import { readTargets } from './array-targets'

const labels = ['tench, Tinca tinca', 'dog', 'cat', '1']

test.each([
  ['1,2,0', [3, 2, 0]],
  ['class:1', [1, 1, 1]],
  ['tench, Tinca tinca', [0, 0, 0]],
  ['dog, cat, class:0', [1, 2, 0]],
])('reads %s for three samples', (text, targets) => {
  expect(readTargets(text, 3, labels).map(({ target }) => target)).toEqual(targets)
})

test('contrasts and policies as runs have them, but for labels', () => {
  expect(readTargets('dog-class:2', 1, labels)).toEqual([{ target: 1, against: 2 }])
  expect(readTargets(undefined, 1, labels)).toEqual([{ target: -1, against: -1 }])
  expect(readTargets('predicted-runner-up', 1, labels)).toEqual([{ target: -1, against: -3 }])
  expect(() => readTargets('label', 1, labels)).toThrow('needs labels')
  expect(() => readTargets('dog,cat', 3, labels)).toThrow('2 targets for 3 samples')
  expect(() => readTargets('9', 1, labels)).toThrow('"9" is neither')
  expect(() => readTargets('class:4', 1, labels)).toThrow('not one of the 4 classes')
})
