import { expect, test } from 'vitest'
import { parseTarget, targetName } from './targets'

const labels = ['T-shirt', 'shirt', 'T', 'Ankle-boot', 'shirt-bag', 'bag']

test.each([
  ['predicted', { kind: 'predicted' }],
  ['label', { kind: 'label' }],
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

test('what is written can be read', () => {
  for (const target of [
    { kind: 'class', classIndex: 3 },
    { kind: 'contrast', classIndex: 5, againstIndex: 0 },
  ] as const)
    expect(parseTarget(targetName(target, labels), labels)).toEqual({ target })
})
