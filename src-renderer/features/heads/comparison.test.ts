import type { RunInfo } from '@shared/api'
import { expect, test } from 'vitest'
import { sidesOf } from './comparison'

const run = { definition: { labels: ['crane', 'T-shirt, old', 'crane'] } } as RunInfo
const filters = (...args: Parameters<typeof sidesOf>) => sidesOf(...args)?.map(({ filter }) => filter)

test('both sides keep the filter in view', () => {
  expect(filters(run, 'conf>0.5', { compare: 'outcome', a: '', b: '' })).toEqual([
    'conf>0.5 correct:true',
    'conf>0.5 correct:false',
  ])
  expect(filters(run, '', { compare: 'tag', a: 'too dark', b: '' })).toEqual(['tag:"too dark"', '-tag:"too dark"'])
  expect(filters(run, '', { compare: 'filters', a: 'conf>0.9', b: '' })).toEqual(['conf>0.9', ''])
})

test('a filter stands against the correct samples of its labels, which are not of its prediction', () => {
  const correct = { compare: 'correct', a: '', b: '' } as const
  expect(filters(run, 'label:Shirt pred:Coat conf>0.5', correct)).toEqual([
    'label:Shirt pred:Coat conf>0.5 correct:false',
    'label:Shirt conf>0.5 correct:true',
  ])
  for (const filter of ['', 'correct:false', 'correct:true'])
    expect(filters(run, filter, correct)).toEqual(['correct:false', 'correct:true'])
  expect(filters(run, 'tag:dark', correct)).toEqual(['tag:dark correct:false', 'tag:dark correct:true'])
})

test('of two classes with one name the second goes by its number', () => {
  expect(filters(run, '', { compare: 'classes', a: '2', b: '1' })).toEqual(['label:2', 'label:"T-shirt, old"'])
})

test('nothing to compare yet', () => {
  expect(sidesOf(run, '', { compare: 'classes', a: '1', b: '' })).toBeNull()
  expect(sidesOf(run, '', { compare: 'tag', a: '', b: '' })).toBeNull()
  expect(sidesOf(run, '', { compare: 'filters', a: '', b: '' })).toBeNull()
})
