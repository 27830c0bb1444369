import { expect, test } from 'vitest'
import { againstOf, classInputs } from './target-classes'
import { parseTarget, POLICIES, reversed, targetName, targetSchema, typedTargetName } from './targets'

const labels = ['T-shirt', 'shirt', 'T', 'Ankle-boot', 'shirt-bag', 'bag']

test.each([
  ['predicted', { kind: 'predicted' }],
  ['label', { kind: 'label' }],
  [' predicted-label ', { kind: 'predicted-label' }],
  ['label-predicted', { kind: 'label-predicted' }],
  ['predicted-runner-up', { kind: 'predicted-runner-up' }],
  ['bag − T-shirt', { kind: 'contrast', classIndex: 5, againstIndex: 0 }],
  ['4', { kind: 'class', classIndex: 4 }],
  ['T-shirt', { kind: 'class', classIndex: 0 }],
  ['T-shirt-bag', { problem: 'as 2-4 or 0-5' }],
  ['T-shirt-Ankle-boot', { kind: 'contrast', classIndex: 0, againstIndex: 3 }],
  ['bag - T-shirt', { kind: 'contrast', classIndex: 5, againstIndex: 0 }],
  ['3-1', { kind: 'contrast', classIndex: 3, againstIndex: 1 }],
  ['bag-2', { kind: 'contrast', classIndex: 5, againstIndex: 2 }],
  ['2-2', { problem: 'against itself' }],
  ['6', { problem: 'neither' }],
  ['6-1', { problem: 'neither' }],
  ['-1', { problem: 'neither' }],
  ['slipper', { problem: 'neither' }],
] as const)('reads %s', (text, wanted) => {
  const read = parseTarget(text, labels)
  if ('problem' in wanted) expect(read).toEqual({ problem: expect.stringContaining(wanted.problem) as string })
  else expect(read).toEqual({ target: wanted })
})

test('a name that is a number comes before the index', () => {
  expect(parseTarget('1', ['0', '2', '1'])).toEqual({ target: { kind: 'class', classIndex: 2 } })
})

test('a policy comes before classes that are called so', () => {
  for (const kind of POLICIES) {
    const names = [kind, ...kind.split('-')]
    expect(parseTarget(kind, names)).toEqual({ target: { kind } })
    expect(parseTarget('0', names)).toEqual({ target: { kind: 'class', classIndex: 0 } })
    expect(targetSchema.parse({ kind })).toEqual({ kind })
  }
})

test('what is written can be read', () => {
  for (const target of [
    { kind: 'class', classIndex: 3 },
    { kind: 'contrast', classIndex: 5, againstIndex: 0 },
  ] as const)
    expect(parseTarget(targetName(target, labels), labels)).toEqual(
      parseTarget(typedTargetName(target, labels), labels),
    )
})

test('against what a computed sample was explained follows from its label and its best classes', () => {
  const top = [4, 2, 0]
  expect(POLICIES.map((kind) => againstOf({ kind }, 2, top))).toEqual([null, null, 2, 4, 2])
  expect(againstOf({ kind: 'contrast', classIndex: 3, againstIndex: 5 }, 2, top)).toBe(5)
  expect(POLICIES.map((kind) => classInputs({ kind }, null) !== null)).toEqual([true, false, false, false, true])
})

test('a contrast has another way round', () => {
  expect(reversed({ kind: 'predicted-label' })).toEqual({ kind: 'label-predicted' })
  expect(reversed({ kind: 'contrast', classIndex: 3, againstIndex: 5 })).toMatchObject({
    classIndex: 5,
    againstIndex: 3,
  })
  expect(reversed({ kind: 'predicted-runner-up' })).toBeNull()
})
