import { expect, test } from 'vitest'
import imagenet from './imagenet/imagenet-1k.json'
import { matchClasses } from './match-classes'
import { matchNotes, offerSentence } from './match-notes'
import { numberMapping } from './match-numbers'

const match = (
  found: string[],
  labels: string[],
  options: Partial<{ keys: string[]; numbered: boolean; byOrder: boolean }> = {},
) =>
  Object.fromEntries(
    matchClasses(
      found,
      { labels, keys: options.keys ?? null },
      { numbered: options.numbered ?? false, byOrder: options.byOrder },
    ),
  )

test('by name first; by order only where it is asked for, nothing has a name and the counts agree', () => {
  expect(match(['Coat', 'hat'], ['hat', 'coat'])).toEqual({
    Coat: { classIndex: 1, by: 'name' },
    hat: { classIndex: 0, by: 'name' },
  })
  expect(match(['b', 'a'], ['left', 'right']).a).toEqual({ classIndex: null, by: null })
  const byOrder = { byOrder: true }
  expect(match(['test', 'train'], ['left', 'right'], byOrder).test).toEqual({ classIndex: null, by: null })
  expect(match(['b', 'a'], ['left', 'right'], byOrder)).toEqual({
    a: { classIndex: 0, by: 'order' },
    b: { classIndex: 1, by: 'order' },
  })
  expect(match(['left', 'a'], ['left', 'right'], byOrder).a).toEqual({ classIndex: null, by: null })
  expect(match(['a'], ['left', 'right'], byOrder).a).toEqual({ classIndex: null, by: null })
})

test('the order is torchvision’s: by code point, not as people count', () => {
  const labels = Array.from({ length: 11 }, (_, index) => `class ${index} of it`)
  const folders = Array.from({ length: 11 }, (_, index) => `f${index + 1}`)
  expect(match(folders, labels, { byOrder: true })).toMatchObject({
    f1: { classIndex: 0 },
    f10: { classIndex: 1 },
    f2: { classIndex: 3 },
  })
})

test('of several synonyms of a class one is enough, unless other classes have it, too', () => {
  const labels = ['tench, Tinca tinca', 'crane', 'crane, machine', 'maillot', 'maillot, tank suit']
  const matched = match(['tench', 'Tinca_tinca', 'crane', 'machine', 'maillot', 'tank suit'], labels)
  expect(Object.values(matched).map(({ classIndex }) => classIndex)).toEqual([0, 0, 1, 2, 3, 4])
  expect(match(['gar'], ['gar, fish', 'gar, pike']).gar?.classIndex).toBeNull()
})

test('keys of the model are other names of its classes', () => {
  const matched = match(['n01440764', 'x'], ['tench', 'x'], { keys: ['n01440764', 'n01443537'] })
  expect(matched).toEqual({ n01440764: { classIndex: 0, by: 'synset' }, x: { classIndex: 1, by: 'name' } })
})

test('synset folders, also some of the thousand, where the model’s names are ImageNet’s', () => {
  const names = imagenet.classes.map((entry) => entry.slice(10).split(',')[0]!)
  const found = ['n01440764', 'n03445777', 'n15075141', 'n00000001']
  expect(match(found, names)).toEqual({
    n01440764: { classIndex: 0, by: 'synset' },
    n03445777: { classIndex: 574, by: 'synset' },
    n15075141: { classIndex: 999, by: 'synset' },
    n00000001: { classIndex: null, by: null },
  })
  // Another order of the same names is not ImageNet's.
  expect(match(found, [...names].reverse()).n01440764).toEqual({ classIndex: null, by: null })
  const numbers = names.map((_, index) => String(index))
  expect(match(found, numbers).n03445777).toEqual({ classIndex: null, by: null })
  expect(match(found, numbers, { byOrder: true }).n03445777).toEqual({ classIndex: 574, by: 'order' })
})

test('numbers count where labels are numbered; what was matched by hand comes before everything', () => {
  const classes = { labels: ['cat', 'dog'], keys: null }
  expect(matchClasses(['1', '0'], classes, { numbered: true }).get('1')).toEqual({ classIndex: 1, by: 'number' })
  const mended = matchClasses(['cat', 'wolf', '__proto__'], classes, {
    numbered: false,
    mapping: [
      ['wolf', 1],
      ['cat', null],
      ['__proto__', 0],
      ['not there', 1],
    ],
  })
  expect([...mended]).toEqual([
    ['cat', { classIndex: null, by: 'given' }],
    ['wolf', { classIndex: 1, by: 'given' }],
    ['__proto__', { classIndex: 0, by: 'given' }],
  ])
})

test('labels 1 to C count from 1; a 0 among them, or no C, and they count from 0', () => {
  const labels = ['cat', 'dog', 'owl']
  const numbered = { numbered: true }
  expect(match(['1', '2', '3'], labels, numbered)).toEqual({
    1: { classIndex: 0, by: 'one-based number' },
    2: { classIndex: 1, by: 'one-based number' },
    3: { classIndex: 2, by: 'one-based number' },
  })
  expect(match(['1', '3'], labels, numbered)['3']).toEqual({ classIndex: 2, by: 'one-based number' })
  expect(match(['0', '1', '2'], labels, numbered)['1']).toEqual({ classIndex: 1, by: 'number' })
  expect(match(['1', '2'], labels, numbered)['2']).toEqual({ classIndex: 2, by: 'number' })
  expect(match(['0', '3'], labels, numbered)['3']).toEqual({ classIndex: null, by: null })
  // A model whose files give no names has numbers for names, which are not names.
  expect(match(['1', '2', '3'], ['0', '1', '2'], numbered)['1']).toEqual({ classIndex: 0, by: 'one-based number' })
  expect(match(['0', '2'], ['0', '1', '2'])['2']).toEqual({ classIndex: 2, by: 'number' })
})

test('what a matching took for granted is said, and an order is offered with its pairs', () => {
  const notes = (found: string[], labels: string[], numbered: boolean) => {
    const classes = { labels, keys: null }
    return matchNotes(matchClasses(found, classes, { numbered }), classes)
  }
  expect(notes(['1', '2'], ['cat', 'dog'], true).assumed.join()).toMatch(/count from 1, so that label 1 is 0 \(cat\)/)
  expect(notes(['1'], ['cat', 'dog'], true).assumed.join()).toMatch(/none is 0: label 1 is 1 \(dog\)/)
  expect(notes(['1', '2'], ['cat', 'dog', 'cow'], true).assumed.join()).toMatch(
    /If they count from 1 they are 1 = 0 \(cat\), 2 = 1 \(dog\); --match from-1/,
  )
  expect(notes(['0', '1'], ['cat', 'dog'], true)).toEqual({ assumed: [], offer: null })
  const { offer } = notes(['b', 'a'], ['cat', 'dog'], false)
  expect(offerSentence(offer!, ['cat', 'dog'], 'ask')).toMatch(/a = 0 \(cat\), b = 1 \(dog\); ask\.$/)
  expect(notes(['train', 'test'], ['cat', 'dog'], false).offer).toBeNull()
  expect(notes(['a', 'b', 'c'], ['cat', 'dog'], false).offer).toBeNull()
})

test('numbers whose beginning was said', () => {
  expect(numberMapping(1, 3)).toEqual([
    ['0', null],
    ['1', 0],
    ['2', 1],
    ['3', 2],
  ])
  expect(numberMapping(0, 2)).toEqual([
    ['0', 0],
    ['1', 1],
    ['2', null],
  ])
  expect(new Map(numberMapping(1, 10)).get('01')).toBe(0)
})
