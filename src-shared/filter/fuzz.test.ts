/** The filter language against texts that nobody wrote: it answers with terms or with an error inside the text. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFilter } from './parse'
import { FilterError, type FilterTerm } from './terms'
import { writeFilter } from './write'

const long = typeof process !== 'undefined' && process.env.HEADLIGHT_LONG === '1'
const settings = { seed: 7, numRuns: long ? 200_000 : 3000 }

const span = fc.constant({ start: 0, end: 0 })
const text = fc.string({ unit: 'binary', maxLength: 12 })
const values = fc.array(fc.record({ text, span }), { minLength: 1, maxLength: 3 })
const comparison = fc.constantFrom('<', '<=', '>', '>=', '=')
const value = fc.double({ noNaN: true, noDefaultInfinity: true })
const index = fc.nat(999_999)
const negated = fc.boolean()
const quantity = fc.oneof(
  fc.record({ quantity: fc.constant('taylor'), layer: index, head: index }),
  fc.record({ quantity: fc.constantFrom('iou', 'saco'), map: fc.constantFrom('gmar_l1', 'random', 'raw:next') }),
)
const term = fc.oneof(
  fc.record({
    kind: fc.constant('name'),
    field: fc.constantFrom('label', 'prediction', 'tag', 'path', 'text'),
    values,
  }),
  fc.record({ kind: fc.constant('metadata'), name: text.filter(Boolean), values }),
  fc.record({ kind: fc.constant('measure'), name: text.filter(Boolean), comparison, value }),
  fc.record({ kind: fc.constant('flag'), field: fc.constantFrom('correct', 'error'), value: fc.boolean() }),
  fc.record({ kind: fc.constant('confidence'), comparison, value }),
  fc.record({ kind: fc.constant('head'), layer: index, head: index, comparison, value }),
  fc.record({ kind: fc.constant('quantity'), quantity, comparison, value }),
)
const terms = fc.array(fc.tuple(term, negated)) as fc.Arbitrary<[FilterTerm, boolean][]>

/** Without where things stand, and without the sign of zero. */
const plain = (given: readonly FilterTerm[]) =>
  JSON.parse(JSON.stringify(given, (key, part: unknown) => (key === 'span' ? undefined : part))) as unknown

test('what is written is read again as it was', () => {
  const holds = (given: [FilterTerm, boolean][]) => {
    const filter = given.map(([each, not]) => ({ ...each, negated: not, span: { start: 0, end: 0 } }))
    expect(plain(parseFilter(writeFilter(filter)))).toEqual(plain(filter))
  }
  fc.assert(fc.property(terms, holds), settings)
})

test('any text is terms, or an error whose place lies inside the text', () => {
  const word = fc.constantFrom(
    ...[
      'label',
      'pred',
      'meta',
      'head',
      'conf',
      'taylor',
      'iou',
      'not',
      'correct',
      ':',
      '(',
      ')',
      ',',
      '"',
      '\\',
      '-',
      '.',
      '>',
      '=',
      ' ',
    ],
    ...['7', '0.5', '%', '1e999', 'é', '\u2028', '__proto__', 'constructor', '𝒳'],
  )
  const holds = (given: string) => {
    try {
      for (const { span: at } of parseFilter(given)) expect(at.end).toBeLessThanOrEqual(given.length)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      expect(error.span.start).toBeLessThanOrEqual(given.length)
      expect(error.span.end).toBeGreaterThanOrEqual(error.span.start)
    }
  }
  const any = fc.oneof(
    fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(fc.property(any, holds), settings)
})

test('a filter of a million signs is answered like any other', () => {
  for (const part of ['-', '(', '"', 'not ', 'label:', 'label:a,', 'head(1,1)>1 ']) {
    try {
      parseFilter(part.repeat(1_000_000 / part.length))
    } catch (error) {
      expect(error).toBeInstanceOf(FilterError)
    }
  }
})
