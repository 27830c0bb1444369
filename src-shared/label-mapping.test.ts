import { expect, test } from 'vitest'
import type { LabelMapping } from './api'
import { isMapping, mappingToJson, parseMapping } from './label-mapping'

const labels = ['cat', 'dog', 'crane', 'crane', '1']

test('what is written is read back, whatever labels and classes are called', () => {
  const mapping: LabelMapping = [
    ['10', 0],
    ['2', null],
    ['a "quoted", label', 3],
    ['wolf', 1],
    ['number', 4],
  ]
  const text = mappingToJson(mapping, labels)
  expect(text).toContain('"wolf": "dog"')
  expect(isMapping('m.json', text)).toBe(true)
  // Objects put whole numbers first; the order means nothing.
  expect(new Map(parseMapping('m.json', text, labels))).toEqual(new Map(mapping))
})

test('tables: names, indices, empty cells, quotes', () => {
  const text = '\uFEFFlabel,class\r\nwolf,dog\r\n"a, ""b""",2\r\nnothing,\r\n\r\n'
  expect(isMapping('m.csv', text)).toBe(true)
  expect(parseMapping('m.csv', text, labels)).toEqual([
    ['wolf', 1],
    ['a, "b"', 2],
    ['nothing', null],
  ])
  expect(parseMapping('m.tsv', 'label\tclass\nx\tcat\n', labels)).toEqual([['x', 0]])
})

test('what cannot be read is named', () => {
  expect(() => parseMapping('m.csv', 'label,class\nwolf,horse\n', labels)).toThrow('matches wolf to "horse"')
  expect(() => parseMapping('m.csv', 'label,class\nwolf,9\n', labels)).toThrow('not a class of the model')
  expect(() => parseMapping('m.csv', 'label,class\na,b,c\n', labels)).toThrow('line 2 has 3 cells')
  expect(() => parseMapping('m.csv', 'label,class\n"a\nb",dog\nx\n', labels)).toThrow('line 4 has 1 cells')
  expect(() => parseMapping('m.csv', 'label,class\n"a,dog\n', labels)).toThrow('a quote near line 2 is not closed')
  expect(() => parseMapping('m.csv', 'label,class\n', labels)).toThrow('holds no mapping')
  expect(() => parseMapping('m.json', '{"labelMapping": {"a": {}}}', labels)).toThrow("'labelMapping.a'")
  expect(isMapping('labels.txt', 'a,b')).toBe(false)
  expect(isMapping('config.json', '{"id2label": {"0": "a"}}')).toBe(false)
})
