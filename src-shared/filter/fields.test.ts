import { expect, test } from 'vitest'
import { FILTER_FIELDS } from './fields'
import { parseFilter } from './parse'
import { writeFilter } from './write'

test.each(FILTER_FIELDS)('$example is a term that is written as it is read', ({ example, starts }) => {
  const terms = parseFilter(example)
  expect(terms).toHaveLength(1)
  expect(writeFilter(terms)).toBe(example)
  expect(example.startsWith(starts)).toBe(true)
})
