import type { RunInfo, TargetPolicy } from './api'
import { expect, test } from 'vitest'
import { withoutResult } from './without-result'

const pixels = { kind: 'pixels', height: 8, width: 8 } as const
const nameOf = (target: TargetPolicy, dense?: RunInfo['model']['dense']) =>
  withoutResult({ definition: { target }, model: { dense } } as RunInfo)

test('a sample without a mask, without places of the class or without a label is not called unreadable', () => {
  expect(nameOf({ kind: 'truth', classIndex: 1 }, pixels)).toBe('Not explained')
  expect(nameOf({ kind: 'mask', classIndex: 1 }, pixels)).toBe('Not explained')
  expect(nameOf({ kind: 'label' })).toBe('Not explained')
})

test('where every file that can be read has a result, the others are unreadable', () => {
  expect(nameOf({ kind: 'predicted' }, pixels)).toBe('Unreadable')
  expect(nameOf({ kind: 'class', classIndex: 1 })).toBe('Unreadable')
})
