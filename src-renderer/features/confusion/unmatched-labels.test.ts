import { expect, test } from 'vitest'
import { unmatchedLabels, unmatchedText } from './unmatched-labels'

const label = (name: string, classIndex: number | null, ...counts: number[]) => ({
  name,
  classIndex,
  predictions: Uint32Array.from(counts, (_, i) => i),
  counts: Uint32Array.from(counts),
})

test('samples of labels without a class are counted, whatever they are predicted as', () => {
  const found = unmatchedLabels({
    datasetLabels: [label('pug', 0, 9), label('yak', null, 1000, 2), label('gnu', null, 3)],
  })
  expect(found).toEqual({ names: ['yak', 'gnu'], samples: 1005 })
  expect(unmatchedText(found)).toBe('1,005 samples have one of 2 labels without a class')
  expect(unmatchedText({ names: ['yak'], samples: 1 })).toBe('1 sample has a label without a class')
})

test('none where every label has a class', () => {
  expect(unmatchedLabels({ datasetLabels: [label('pug', 0, 9)] })).toEqual({ names: [], samples: 0 })
})
