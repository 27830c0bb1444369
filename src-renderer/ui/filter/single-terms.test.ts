import { expect, it } from 'vitest'
import { negateTerm, splitFilter, withoutTerm } from './single-terms'

const filter = 'label:"Ankle boot",Bag -correct:true conf>0.9'

it('takes a filter apart, and changes one term of it', () => {
  expect(splitFilter(filter)).toEqual([
    { text: 'label:"Ankle boot",Bag', negated: false },
    { text: '-correct:true', negated: true },
    { text: 'conf>0.9', negated: false },
  ])
  expect(withoutTerm(filter, 1)).toBe('label:"Ankle boot",Bag conf>0.9')
  expect(negateTerm(filter, 0)).toBe('-label:"Ankle boot",Bag -correct:true conf>0.9')
  expect(negateTerm(filter, 1)).toBe('label:"Ankle boot",Bag correct:true conf>0.9')
})
