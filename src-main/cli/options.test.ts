import { expect, test } from 'vitest'
import { methodSettings, methods, targets, wholeNumber } from './options'

test('settings change what they name and keep the rest', () => {
  expect(methodSettings({ set: ['gmar.alpha=0.5,rollout.fusion=max', 'gmar.scope=all'] })).toEqual({
    gmar: { alpha: 0.5, scope: 'all', firstLayer: 0 },
    rollout: { fusion: 'max', discard: 0 },
  })
  expect(() => methodSettings({ set: ['gmar.beta=1'] })).toThrow('gmar.alpha')
  expect(() => methodSettings({ set: ['gmar.alpha=much'] })).toThrow('gmar.alpha')
  expect(() => methodSettings({ set: ['rollout.fusion=median'] })).toThrow('rollout.fusion')
})

test('a target is a policy, a class by index, or a class by name', () => {
  const labels = ['cat', 'dog']
  expect(targets({}, labels)).toEqual([{ kind: 'predicted' }])
  expect(targets({ target: 'label' }, labels)).toEqual([{ kind: 'label' }])
  expect(targets({ target: 'both' }, labels)).toEqual([{ kind: 'predicted' }, { kind: 'label' }])
  expect(targets({ target: 'dog' }, labels)).toEqual([{ kind: 'class', classIndex: 1 }])
  expect(targets({ target: '0' }, labels)).toEqual([{ kind: 'class', classIndex: 0 }])
  expect(targets({ target: 'dog-cat' }, labels)).toEqual([{ kind: 'contrast', classIndex: 1, againstIndex: 0 }])
  expect(() => targets({ target: 'horse' }, labels)).toThrow('horse')
})

test('methods and numbers are checked', () => {
  expect(methods({ methods: 'raw, chefer' })).toEqual(['raw', 'chefer'])
  expect(() => methods({ methods: 'gmar' })).toThrow('gmar_l1')
  expect(wholeNumber({ limit: '12' }, 'limit', 1)).toBe(12)
  for (const value of ['0', '-1', '1.5', 'ten', '']) {
    expect(() => wholeNumber({ limit: value }, 'limit', 1)).toThrow('--limit')
  }
})
