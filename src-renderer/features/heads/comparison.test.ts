import type { RunInfo } from '@shared/api'
import { expect, test } from 'vitest'
import { sidesOf } from './comparison'
import { classCaution } from './explained-class'
import { brief, significance } from './significance'

const explaining = (kind: string) =>
  ({ definition: { labels: ['crane', 'T-shirt, old', 'crane'], target: { kind } } }) as RunInfo
const run = explaining('label')
type View = Parameters<typeof sidesOf>[2]
const view = (chosen: Partial<View>): View => ({ compare: 'correct', a: '', b: '', against: '', ...chosen })
const both = (of: RunInfo, filter: string, chosen: Partial<View> = {}) => sidesOf(of, filter, view(chosen))
const filters = (of: RunInfo, filter: string, chosen: Partial<View>) =>
  both(of, filter, chosen)?.map((side) => side.filter)
const names = (of: RunInfo, filter: string) => both(of, filter)?.map(({ name }) => name)
const caution = (of: RunInfo, filter: string, chosen: Partial<View> = {}, within = false) => {
  const sides = both(of, filter, chosen)
  return sides && classCaution(of, sides, within)
}

test('both sides keep the filter in view', () => {
  expect(filters(run, 'conf>0.5', { compare: 'outcome', a: '', b: '' })).toEqual([
    'conf>0.5 correct:true',
    'conf>0.5 correct:false',
  ])
  expect(filters(run, '', { compare: 'tag', a: 'too dark', b: '' })).toEqual(['tag:"too dark"', '-tag:"too dark"'])
  expect(filters(run, '', { compare: 'filters', a: 'conf>0.9', b: '' })).toEqual(['conf>0.9', ''])
})

test('a filter stands against the correct samples of its labels, which are not of its prediction', () => {
  const correct = { compare: 'correct' } as const
  expect(filters(run, 'label:Shirt pred:Coat conf>0.5', correct)).toEqual([
    'label:Shirt pred:Coat conf>0.5 correct:false',
    'label:Shirt conf>0.5 correct:true',
  ])
  for (const filter of ['', 'correct:false', 'correct:true'])
    expect(filters(run, filter, correct)).toEqual(['correct:false', 'correct:true'])
  expect(filters(run, 'tag:dark', correct)).toEqual(['tag:dark correct:false', 'tag:dark correct:true'])
})

test('of two classes with one name the second goes by its number', () => {
  expect(filters(run, '', { compare: 'classes', a: '2', b: '1' })).toEqual(['class:2', 'class:"T-shirt, old"'])
})

test('nothing to compare yet', () => {
  expect(both(run, '', { compare: 'classes', a: '1', b: '' })).toBeNull()
  expect(both(run, '', { compare: 'tag', a: '', b: '' })).toBeNull()
  expect(both(run, '', { compare: 'filters', a: '', b: '' })).toBeNull()
})

test('failures of one pair stand against the class that the run explains, or the one that is chosen', () => {
  const filter = 'label:"T-shirt, old" pred:Shirt conf>0.5'
  const failures = `${filter} correct:false`
  const [ofLabel, ofPrediction] = ['label:"T-shirt, old" conf>0.5 correct:true', 'conf>0.5 class:Shirt correct:true']
  expect(filters(explaining('label'), filter, {})).toEqual([failures, ofLabel])
  expect(filters(explaining('predicted'), filter, {})).toEqual([failures, ofPrediction])
  expect(filters(explaining('predicted'), filter, { against: 'label' })).toEqual([failures, ofLabel])
  expect(filters(explaining('label'), filter, { against: 'prediction' })).toEqual([failures, ofPrediction])
})

test('the second group is always correct ones of something', () => {
  expect(names(run, '')).toEqual(['failures', 'correct samples'])
  expect(names(run, 'tag:dark correct:false')).toEqual(['failures of tag:dark', 'correct samples of tag:dark'])
  expect(names(run, 'label:Shirt,Coat')).toEqual(['failures of label:Shirt,Coat', 'correct Shirt or Coat'])
  expect(names(explaining('predicted'), 'label:Shirt pred:Coat')).toEqual(['Shirt taken for Coat', 'correct Coat'])
})

test('groups that explain different classes say so, within labels too', () => {
  const predicted = explaining('predicted')
  const pair = 'label:T-shirt pred:Shirt'
  const differ = 'Failures explain Shirt, the others T-shirt: part of a difference is that of the classes.'
  expect(caution(predicted, pair, { against: 'label' })).toBe(differ)
  expect(caution(predicted, pair, { against: 'label' }, true)).toBe(differ)
  expect(caution(predicted, pair)).toBe('Both groups explain Shirt; their labels differ.')
  expect(caution(explaining('label'), pair)).toBeNull()
  expect(caution(predicted, '', { compare: 'outcome' }, true)).toMatch(
    /^Correct ones explain their labels, failures what they are taken for:/,
  )
  expect(caution(explaining('label'), '', { compare: 'outcome' })).toMatch(/^Classes differ/)
  expect(caution(explaining('label'), '', { compare: 'outcome' }, true)).toBeNull()
  expect(caution(explaining('label'), 'label:Shirt', { compare: 'outcome' })).toBeNull()
})

test('a q as it is shown has the stars that it has', () => {
  expect(['0.0391', '0.0500', '1.00', '6.9e−6', '–']).toEqual([0.03912, 0.05, 1, 6.9e-6, undefined].map(brief))
  for (const q of [0.0496, 0.049999, 0.0500001, 0.0099999, 0.01, 0.00999, 0.9])
    expect(significance(Number(brief(q)))).toBe(significance(q))
  expect(significance(0.049999)).toBe('*')
})
