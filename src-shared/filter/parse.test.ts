import { describe, expect, test } from 'vitest'
import { FilterError, parseFilter, quoteFilterValue, writeFilter } from '.'

const parse = (text: string) => parseFilter(text).map(({ span: _span, ...term }) => term)
const names = (text: string) => {
  const [term] = parseFilter(text)
  return term?.kind === 'name' ? term.values.map((value) => value.text) : null
}

function failure(text: string): FilterError {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`${text} was understood.`)
}

describe('parseFilter', () => {
  test('reads the example of the command line', () => {
    const terms = parse('label:Shirt correct:false conf>0.9 head(7,2)>0.5 tag:clutter')
    expect(terms).toMatchObject([
      { kind: 'name', field: 'label', negated: false },
      { kind: 'flag', field: 'correct', value: false },
      { kind: 'confidence', comparison: '>', value: 0.9 },
      { kind: 'head', layer: 7, head: 2, comparison: '>', value: 0.5 },
      { kind: 'name', field: 'tag' },
    ])
  })

  test('gives no terms for an empty filter', () => {
    expect(parseFilter('')).toEqual([])
    expect(parseFilter('  \t\n')).toEqual([])
  })

  test('negates with a minus or with not, also twice', () => {
    expect(parse('-label:A not label:B NOT -label:C -not label:D').map(({ negated }) => negated)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('takes a comma for alternatives', () => {
    expect(names('label:Shirt,Coat')).toEqual(['Shirt', 'Coat'])
    expect(names('label:"a, b",c')).toEqual(['a, b', 'c'])
  })

  test('takes quoted values with spaces, quotes and backslashes', () => {
    expect(names('path:"a \\"b\\" \\\\c"')).toEqual(['a "b" \\c'])
    expect(names('label:""')).toEqual([''])
    expect(names('path:naïve/日本.png')).toEqual(['naïve/日本.png'])
    expect(names('path:a:b')).toEqual(['a:b'])
  })

  test('reads every comparison, percent and spaces before the number', () => {
    expect(parse('conf<=0.5 conf>=90% conf=1 confidence<1e-3 conf> .25 head( 0 , 1 )<0.1')).toMatchObject([
      { comparison: '<=', value: 0.5 },
      { comparison: '>=', value: 0.9 },
      { comparison: '=', value: 1 },
      { comparison: '<', value: 0.001 },
      { comparison: '>', value: 0.25 },
      { layer: 0, head: 1, comparison: '<', value: 0.1 },
    ])
  })

  test('reads metadata as text and as numbers', () => {
    expect(parse('-meta.split:train,test meta.age>=40 meta."body part":"left arm"')).toMatchObject([
      { kind: 'metadata', name: 'split', negated: true, values: [{ text: 'train' }, { text: 'test' }] },
      { kind: 'measure', name: 'age', comparison: '>=', value: 40 },
      { kind: 'metadata', name: 'body part', values: [{ text: 'left arm' }] },
    ])
  })

  test('says where each term and value stands', () => {
    const [first, second] = parseFilter('conf>0.9  -label:A,"B C"')
    expect(first?.span).toEqual({ start: 0, end: 8 })
    expect(second?.span).toEqual({ start: 10, end: 24 })
    expect(second?.kind === 'name' ? second.values[1]?.span : null).toEqual({ start: 19, end: 24 })
  })

  test.each([
    ['shirt>3', 0, /double quotes/],
    ['label:A colour:red', 8, /no field colour/],
    ['label', 0, /colon after label/],
    ['label: A', 6, /value after label/],
    ['label:A,', 8, /value after label/],
    ['correct:maybe', 8, /true or false, not maybe/],
    ['conf:0.5', 4, /conf>0\.5/],
    ['conf>high', 5, /number/],
    ['conf>', 5, /number/],
    ['head>0.5', 0, /head\(layer,head\)/],
    ['meta:x', 0, /meta\.split:train/],
    ['meta.:x', 5, /name a column/],
    ['meta.age', 8, /compare meta\.age/],
    ['head(1)>0.5', 6, /comma/],
    ['head(a,1)>0.5', 5, /layer/],
    ['head(1,2)', 9, /compare head\(1,2\)/],
    ['label:"open', 6, /never closed/],
    ['label:A )', 8, /starts with/],
    ['-', 1, /starts with/],
  ])('refuses %j at %i', (text, start, sentence) => {
    const error = failure(text)
    expect(error.span.start).toBe(start)
    expect(error.code).toBe('usage')
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(`character ${start + 1}`)
  })
})

describe('words without a field', () => {
  const wordsOf = (text: string) =>
    parseFilter(text).map((term) => (term.kind === 'name' && term.field === 'text' ? term.values : null))
  test('are searched for, also in quotes, with digits and among other terms', () => {
    for (const text of ['boot', 'IMG_0042.jpg', '2024', 'été', '"two words"', 'train/shoes', 'foo-bar']) {
      expect(wordsOf(text)[0]?.map((value) => value.text)).toEqual([text.replaceAll('"', '')])
    }
    expect(wordsOf('label:Bag night -"a b",c').map((values) => values?.map(({ text }) => text))).toEqual([
      undefined,
      ['night'],
      ['a b', 'c'],
    ])
  })

  test('are written so that they are words again', () => {
    for (const text of ['not', 'label', 'conf', '-x', 'a:b', '', 'boot']) {
      const written = writeFilter([
        {
          kind: 'name',
          field: 'text',
          negated: false,
          span: { start: 0, end: 0 },
          values: [{ text, span: { start: 0, end: 0 } }],
        },
      ])
      expect(wordsOf(written)[0]?.map((value) => value.text)).toEqual([text])
    }
  })
})

describe('writeFilter', () => {
  test.each([
    'label:Shirt,"a b" -pred:Coat conf>=0.9 head(7,2)<0.5 correct:false error:true meta.split:train -meta."a b":"c d" meta.age>40 tag:x path:"q\\"\\\\"',
    '',
  ])('gives back %j', (text) => {
    expect(writeFilter(parseFilter(text))).toBe(text)
  })

  test('quotes what could be read otherwise', () => {
    for (const value of ['', 'a b', 'a,b', '"', '\\', 'a"b\\', '-x', 'T-shirt/top']) {
      expect(names(`label:${quoteFilterValue(value)}`)).toEqual([value])
    }
  })
})
