import { expect, it } from 'vitest'
import { type Vocabulary, complete } from './completion'

const vocabulary: Vocabulary = {
  classes: ['Shirt', 'T-shirt', 'Ankle boot'],
  labels: ['Shirt', 'T-shirt', 'Ankle boot'],
  splits: [],
  tags: ['clutter'],
  verdicts: [],
  columns: ['split'],
  layers: 8,
  heads: 5,
}
const at = (text: string, cursor = text.length) => {
  const { start, end, options } = complete(text, cursor, vocabulary)
  return { replaced: text.slice(start, end), options: options.map((option) => option.text) }
}

it('offers fields at the beginning of a term', () => {
  expect(at('').options).toContain('label:')
  expect(at('label:Shirt co')).toEqual({ replaced: 'co', options: ['correct:', 'conf>', 'conflict:'] })
  expect(at('-ta')).toEqual({ replaced: 'ta', options: ['tag:', 'taylor('] })
  expect(at('he').options).toEqual(['head(7,4)>'])
  expect(at('meta').options).toEqual(['meta.split:'])
})

it('offers names after a field, those that begin so first, quoted where they have to be', () => {
  expect(at('label:sh')).toEqual({ replaced: 'sh', options: ['Shirt', 'T-shirt'] })
  expect(at('pred:Shirt,ank')).toEqual({ replaced: 'ank', options: ['"Ankle boot"'] })
  expect(at('label:"Ankle b')).toEqual({ replaced: '"Ankle b', options: ['"Ankle boot"'] })
  expect(at('tag:')).toEqual({ replaced: '', options: ['clutter'] })
  expect(at('correct:f').options).toEqual(['false'])
})

it('has nothing to add to a name that is written, nor to free text', () => {
  expect(at('label:Shirt').options).toEqual([])
  expect(at('label:Shirt,sh').options).toEqual(['T-shirt'])
  expect(at('correct:false co').options).toEqual(['conf>', 'conflict:'])
  expect(at('label:Shirt ').options).not.toContain('label:')
  expect(at('path:night').options).toEqual([])
})

it('finds the term of who begins with a name', () => {
  expect(at('shi')).toEqual({ replaced: 'shi', options: ['label:Shirt'] })
  expect(at('ank').options).toEqual(['label:"Ankle boot"'])
  expect(at('correct:false -cl').options).toEqual(['tag:clutter'])
  expect(at('nothing so called').options).toEqual([])
})

it('goes by the cursor, not the end of the text', () => {
  expect(at('lab conf>0.9', 3)).toEqual({ replaced: 'lab', options: ['label:'] })
})

it('offers labels of the dataset that are not classes, splits, and the classes that labels mean', () => {
  const other = { ...vocabulary, labels: ['skirt', 'hat'], splits: ['train', 'val'] }
  const options = (text: string) => complete(text, text.length, other).options.map((option) => option.text)
  expect(options('cla')).toEqual(['class:'])
  expect(options('label:s')).toEqual(['skirt', 'Shirt', 'T-shirt'])
  expect(options('class:s')).toEqual(['Shirt', 'T-shirt'])
  expect(options('spl')).toEqual(['split:'])
  expect(options('split:')).toEqual(['train', 'val'])
  expect(options('hat')).toEqual(['label:hat'])
})
