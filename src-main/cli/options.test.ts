import { expect, test } from 'vitest'
import { methodSettings, methods, target, wholeNumber } from './options'

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
  expect(target({}, labels)).toEqual({ kind: 'predicted' })
  expect(target({ target: 'label' }, labels)).toEqual({ kind: 'label' })
  expect(target({ target: 'dog' }, labels)).toEqual({ kind: 'class', classIndex: 1 })
  expect(target({ target: '0' }, labels)).toEqual({ kind: 'class', classIndex: 0 })
  expect(() => target({ target: 'horse' }, labels)).toThrow('horse')
})

test('methods and numbers are checked', () => {
  expect(methods({ methods: 'raw, chefer' })).toEqual(['raw', 'chefer'])
  expect(() => methods({ methods: 'gmar' })).toThrow('gmar_l1')
  expect(wholeNumber({ limit: '12' }, 'limit', 1)).toBe(12)
  for (const value of ['0', '-1', '1.5', 'ten', '']) {
    expect(() => wholeNumber({ limit: value }, 'limit', 1)).toThrow('--limit')
  }
})
