import { expect, test } from 'vitest'
import { readTargets } from './array-targets'

const model = { labels: ['tench, Tinca tinca', 'dog', 'cat', '1'], classes: 4 }

test.each([
  ['1,2,0', [3, 2, 0]],
  ['class:1', [1, 1, 1]],
  ['tench, Tinca tinca', [0, 0, 0]],
  ['dog, cat, class:0', [1, 2, 0]],
])('reads %s for three samples', (text, targets) => {
  expect(readTargets(text, 3, model).map(({ target }) => target)).toEqual(targets)
})

test('contrasts and policies as runs have them, but for labels', () => {
  expect(readTargets('dog-class:2', 1, model)).toEqual([{ target: 1, against: 2 }])
  expect(readTargets(undefined, 1, model)).toEqual([{ target: -1, against: -1 }])
  expect(readTargets('predicted-runner-up', 1, model)).toEqual([{ target: -1, against: -3 }])
  expect(() => readTargets('label', 1, model)).toThrow('needs labels')
  expect(() => readTargets('dog,cat', 3, model)).toThrow('2 targets for 3 samples')
  expect(() => readTargets('9', 1, model)).toThrow('"9" is neither')
  expect(() => readTargets('class:4', 1, model)).toThrow('not one of the 4 classes')
})

test('queries of a detector', () => {
  const detector = { ...model, dense: { kind: 'queries' as const, queries: 5, boxes: null } }
  expect(readTargets('3:2,best:1,dog', 3, detector)).toEqual([
    { target: 2, against: -1, query: 3 },
    { target: 1, against: -1 },
    { target: 1, against: -1 },
  ])
  expect(() => readTargets('5:1', 1, detector)).toThrow('no query 5')
  expect(() => readTargets('3:1', 1, model)).toThrow('no queries')
})
