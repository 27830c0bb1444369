import { expect, test } from 'vitest'
import { listedNotes } from './perform-run'

test('labels by name need no word; others say what they mean and what to do', () => {
  const fine = { problems: [], labels: 3, byOrder: 0, unmatched: [] }
  expect(listedNotes(fine)).toEqual([])
  expect(listedNotes({ ...fine, byOrder: 3 })).toEqual([
    '3 labels were matched with a class by order alone. Check accuracy and confusion, or match them with --labels FILE, as docs/DATASETS.md says.',
  ])
  expect(listedNotes({ ...fine, unmatched: ['a', 'b', 'c'] })[0]).toMatch(/^No label .* \(a, b, c\).*--labels FILE/)
  expect(
    listedNotes({ problems: ['One file was passed over.'], labels: 9, byOrder: 0, unmatched: [...'abcdef'] }),
  ).toEqual([
    'One file was passed over.',
    '6 of 9 labels are no class of the model (a, b, c, d, e, ...): their images count as unlabelled. To change that, match them with --labels FILE, as docs/DATASETS.md says.',
  ])
})
