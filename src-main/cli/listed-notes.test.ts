import { expect, test } from 'vitest'
import { listedNotes } from './perform-run'

const nothing = {
  ...{ problems: [], assumed: [], passedOver: [], labelsFrom: null, offer: null },
  ...{ classes: [], labels: 0, byOrder: 0, unmatched: [] },
}

test('labels by name need no word; others say what they mean and what to do', () => {
  const fine = { ...nothing, labels: 3 }
  expect(listedNotes(fine)).toEqual(['Labels: none.'])
  const labelsFrom = { from: 'folder level 2', level: 2, example: 'train/n01440764/..' }
  expect(listedNotes({ ...fine, labelsFrom })).toEqual([
    'Labels: second level of the path, for example `train/n01440764/..`.',
  ])
  expect(listedNotes({ ...fine, byOrder: 3 }).slice(1)).toEqual([
    '3 labels were matched with a class by order alone, as asked for. Check accuracy and confusion, or match them with --labels FILE, as docs/DATASETS.md says.',
  ])
  expect(listedNotes({ ...fine, unmatched: ['a', 'b', 'c'] })[1]).toMatch(/^No label .* \(a, b, c\).*--labels FILE/)
  expect(
    listedNotes({
      ...{ ...nothing, problems: ['One file was passed over.'], labels: 9, unmatched: [...'abcdef'] },
      ...{ assumed: ['Assumed.'], passedOver: [{ what: '.tga', count: 3, why: 'not read' }] },
      offer: [['a', 0]],
      classes: ['cat'],
    }),
  ).toEqual([
    'Labels: none.',
    'Assumed.',
    'One file was passed over.',
    'Passed over: 3 x .tga (not read).',
    'No label means a class by its name or number. By order they would be a = 0 (cat); --match order takes that.',
    '6 of 9 labels are not classes of the model (a, b, c, d, e, ...): their images count as unlabelled. To change that, match them with --labels FILE, as docs/DATASETS.md says.',
  ])
})
