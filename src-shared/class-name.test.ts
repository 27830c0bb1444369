import { expect, test } from 'vitest'
import { className, classWords } from './class-name'
import { targetName } from './targets'

const labels = ['Shirt', 'Coat']

test.each([
  [1, 'Coat', 'Coat'],
  [7, '7', 'class 7'],
  [-1, null, 'no class'],
  [null, null, 'no class'],
])('class %s is %s in a table and "%s" in a sentence', (index, name, words) => {
  expect(className(labels, index)).toBe(name)
  expect(classWords(labels, index)).toBe(words)
})

test('a target with a class that is none does not say a negative number', () => {
  expect(targetName({ kind: 'class', classIndex: -1 }, labels)).toBe('no class')
  expect(targetName({ kind: 'contrast', classIndex: 0, againstIndex: -1 }, [])).toBe('class 0 − no class')
})
