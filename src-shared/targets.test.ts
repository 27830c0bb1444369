import { expect, test } from 'vitest'
import { againstOf, classInputs } from './target-classes'
import { targetMisfit } from './target-fits'
import { POLICIES } from './target-forms'
import { type TargetPolicy, targetSchema } from './target-policy'
import { parseTarget, reversed, targetName, targetText, typedTargetName } from './targets'

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
  ['class:4', { kind: 'class', classIndex: 4 }],
  ['Class: bag', { kind: 'class', classIndex: 5 }],
  ['class:3-class:1', { kind: 'contrast', classIndex: 3, againstIndex: 1 }],
  ['bag-class:2', { kind: 'contrast', classIndex: 5, againstIndex: 2 }],
  ['class:T-shirt', { kind: 'class', classIndex: 0 }],
  ['class:6', { problem: '"6" is not one of the 6 classes' }],
  ['query:3:5', { kind: 'query', query: 3, classIndex: 5 }],
  ['3:5', { kind: 'query', query: 3, classIndex: 5 }],
  ['query:12:T-shirt', { kind: 'query', query: 12, classIndex: 0 }],
  ['best:5', { kind: 'best', classIndex: 5 }],
  ['mask:bag', { kind: 'mask', classIndex: 5 }],
  ['truth:bag', { kind: 'truth', classIndex: 5 }],
  ['query:3', { problem: 'as query:3:17' }],
  ['3:6', { problem: 'not one of the 6 classes' }],
  ['clas:4', { problem: 'class:17' }],
] as const)('reads %s', (text, wanted) => {
  const read = parseTarget(text, labels)
  if ('problem' in wanted) expect(read).toEqual({ problem: expect.stringContaining(wanted.problem) as string })
  else expect(read).toEqual({ target: wanted })
})

test('a name that is a number comes before the index', () => {
  expect(parseTarget('1', ['0', '2', '1'])).toEqual({ target: { kind: 'class', classIndex: 2 } })
})

test('a name that is written as a form comes before the form', () => {
  const odd = ['class:1', 'b', 'c']
  expect(parseTarget('class:1', odd)).toEqual({ target: { kind: 'class', classIndex: 0 } })
  expect(parseTarget('3:1', ['a', '3:1'])).toEqual({ target: { kind: 'class', classIndex: 1 } })
  expect(parseTarget('class:2', odd)).toEqual({ target: { kind: 'class', classIndex: 2 } })
})

test('every target is written as it is read, whatever classes are called', () => {
  const called = [labels, ['1', '0', '1', '2'], ['2', 'x', 'x'], ['a-b', 'a', 'b', 'label'], ['class:1', 'class', '1']]
  for (const names of called) {
    const indices = [...names.keys()]
    const targets: TargetPolicy[] = [
      ...POLICIES.map((kind) => ({ kind })),
      ...indices.map((classIndex) => ({ kind: 'class' as const, classIndex })),
      ...indices.flatMap((classIndex): TargetPolicy[] => [
        { kind: 'query', query: 3, classIndex },
        { kind: 'best', classIndex },
        { kind: 'mask', classIndex },
        { kind: 'truth', classIndex },
      ]),
      ...indices.flatMap((classIndex) =>
        indices
          .filter((againstIndex) => againstIndex !== classIndex)
          .map((againstIndex) => ({ kind: 'contrast' as const, classIndex, againstIndex })),
      ),
    ]
    for (const target of targets) expect(parseTarget(targetText(target, names), names)).toEqual({ target })
  }
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

test('what a model does not have is said in one sentence', () => {
  const detector = { classes: 3, dense: { kind: 'queries' as const, queries: 5, boxes: null } }
  const segmentation = { classes: 3, dense: { kind: 'pixels' as const, height: 4, width: 4 } }
  const misfit = (text: string, model: Parameters<typeof targetMisfit>[1]) => {
    const read = parseTarget(text, ['a', 'b', 'c'])
    return 'target' in read ? targetMisfit(read.target, model) : read.problem
  }
  expect(['3:1', 'best:2', 'class:1', '0-2'].map((text) => misfit(text, detector))).toEqual([null, null, null, null])
  expect(['mask:1', 'b'].map((text) => misfit(text, segmentation))).toEqual([null, null])
  expect(misfit('5:1', detector)).toContain('no query 5')
  expect(misfit('mask:1', detector)).toContain('not a segmentation')
  expect(misfit('best:1', { classes: 3 })).toContain('no queries')
})
