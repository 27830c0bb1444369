import { describe, expect, it } from 'vitest'
import { chosenFlag, chosenNames, filterError, toggleFlag, toggleName, withoutFields } from './filter-terms'

describe('class names', () => {
  it('are added and taken away one by one', () => {
    expect(toggleName('conf>0.9', 'label', 'Ankle boot')).toBe('conf>0.9 label:"Ankle boot"')
    expect(toggleName('label:Shirt', 'label', 'Coat')).toBe('label:Shirt,Coat')
    expect(toggleName('label:Shirt,Coat conf>0.9', 'label', 'Shirt')).toBe('conf>0.9 label:Coat')
    expect(toggleName('label:Shirt', 'label', 'Shirt')).toBe('')
  })

  it('of one field leave the other alone', () => {
    expect(chosenNames('label:Shirt pred:Coat,Bag', 'prediction')).toEqual(['Coat', 'Bag'])
    expect(toggleName('label:Shirt', 'prediction', 'Coat')).toBe('label:Shirt pred:Coat')
  })

  it('that are negated are not a choice', () => {
    expect(chosenNames('-label:Shirt', 'label')).toEqual([])
    expect(toggleName('-label:Shirt', 'label', 'Coat')).toBe('-label:Shirt label:Coat')
  })
})

describe('flags', () => {
  it('are set, changed and unset', () => {
    expect(toggleFlag('', 'correct', false)).toBe('correct:false')
    expect(toggleFlag('correct:false', 'correct', true)).toBe('correct:true')
    expect(toggleFlag('correct:true', 'correct', true)).toBe('')
    expect(chosenFlag('correct:no', 'correct')).toBe(false)
    expect(chosenFlag('', 'correct')).toBeNull()
  })
})

it('gives the filter that a facet counts', () => {
  expect(withoutFields('label:Shirt correct:false conf>0.5', ['label'])).toBe('correct:false conf>0.5')
})

it('starts anew from a text that is not a filter', () => {
  expect(filterError('label')).not.toBeNull()
  expect(toggleName('label', 'label', 'Shirt')).toBe('label:Shirt')
})
