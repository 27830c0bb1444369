import { expect, test } from 'vitest'
import { parseFilter } from './parse'
import { FilterError } from './terms'

const LENGTH = 200_000

/** The reader looks at every character a bounded number of times: what backtracks or nests would not end here. */
test.each([
  ['spaces', ' '],
  ['negations', '-'],
  ['words of negation', 'not '],
  ['brackets', '('],
  ['unfinished heads', 'head('],
  ['quotes', '"'],
  ['escapes in a quoted value', 'path:"\\'],
  ['commas', 'label:a,'],
  ['digits', '1'],
  ['a number', 'conf>1'],
  ['signs', 'conf>='],
  ['columns', 'meta."a":b '],
  ['terms', 'label:a and '],
  ['letters', 'a'],
  ['spaces inside a value', 'note:"  '],
])('a very long filter of %s is read or refused', (_what, part) => {
  const text = part.repeat(Math.ceil(LENGTH / part.length))
  for (const probe of [text, `label:${text}`, `path:"${text}`, `conf>${text}`, `${text}!`]) {
    let refusal: unknown = null
    try {
      parseFilter(probe)
    } catch (error) {
      refusal = error
    }
    if (refusal !== null) expect(refusal).toBeInstanceOf(FilterError)
  }
})
