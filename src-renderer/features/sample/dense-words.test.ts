import type { RunInfo, TargetPolicy } from '@shared/api'
import { expect, test } from 'vitest'
import { explainedPlace, promptsOf, sharesMeaning } from './dense-words'

const runOf = (dense: RunInfo['model']['dense'], target: TargetPolicy) =>
  ({ model: { dense }, definition: { target } }) as RunInfo
const predicted: TargetPolicy = { kind: 'predicted' }
const query: TargetPolicy = { kind: 'query', query: 3, classIndex: 4 }
const over: TargetPolicy = { kind: 'truth', classIndex: 4 }
const queries = { kind: 'queries', queries: 5, boxes: null } as const
const pixels = { kind: 'pixels', height: 8, width: 8 } as const

test.each([
  ['a classifier', undefined, predicted, undefined, '', null],
  ['a segmentation', pixels, predicted, undefined, ' over its own mask', 'Shares of the places'],
  [
    'a segmentation over masks of the dataset',
    pixels,
    over,
    undefined,
    ' over the dataset’s mask',
    'under the dataset’s mask',
  ],
  ['a detector', queries, predicted, undefined, ' at its surest query', 'each class at its surest query'],
  ['a detector whose query was found', queries, predicted, 2, ' at query 2', 'each class at its surest query'],
  ['a run of one query', queries, query, undefined, ' at query 3', 'at query 3'],
])('%s', (_name, dense, target, found, place, meaning) => {
  const run = runOf(dense, target)
  expect(explainedPlace(run, target, found === undefined ? undefined : { query: found, box: null })).toBe(place)
  if (meaning === null) expect(sharesMeaning(run)).toBeNull()
  else expect(sharesMeaning(run)).toContain(meaning)
})

test('a class of prompts is said with them', () => {
  const prompts = [
    { name: 'cat', prompt: 'a photo of a cat.' },
    { name: 'dog', prompt: 'a dog' },
    { name: 'cat', prompt: 'a drawing' },
  ]
  const run = { definition: { labels: ['cat', 'dog'], classVectors: { prompts } } } as RunInfo
  expect(promptsOf(run, 0)).toBe(' (“a photo of a cat.” and 1 more)')
  expect(promptsOf(run, 1)).toBe(' (“a dog”)')
  expect(promptsOf({ definition: { labels: ['cat'] } } as RunInfo, 0)).toBe('')
})
