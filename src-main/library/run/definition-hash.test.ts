import { expect, test } from 'vitest'
import { OVER_PILLOW } from '@shared/preprocessing-steps'
import { withResizeBackend } from '@shared/resize-backend'
import { definitionOf } from '../library-fixture'
import { definitionHash } from './definition-hash'

test('a backend that was chosen makes another run where it changes pixels, and the same where it is the assumed one', () => {
  const definition = definitionOf('/data')
  definition.preprocessing.rules = { of: OVER_PILLOW, passes: 'height-first' }
  const hash = (backend: 'pillow' | 'torchvision') =>
    definitionHash({ ...definition, preprocessing: withResizeBackend(definition.preprocessing, backend) }, 'ab')
  expect(hash('pillow')).toBe(definitionHash(definition, 'ab'))
  expect(hash('torchvision')).not.toBe(definitionHash(definition, 'ab'))
})

test('what is said about a preprocessing, a dataset and numbers is no part of the identity', () => {
  const definition = definitionOf('/data')
  const said = {
    ...definition,
    preprocessingWarnings: ['The file gives no resample.'],
    datasetNotes: ['Labels: none.'],
    numbersFrom: 1 as const,
  }
  expect(definitionHash(said, 'ab')).toBe(definitionHash(definition, 'ab'))
})

test('class vectors count by their content, not by what their file was called; a run without them is what it was', () => {
  const definition = definitionOf('/data')
  const hash = (of: string, source: string) =>
    definitionHash({ ...definition, classVectors: { hash: of, source, kind: 'linear' } }, 'ab')
  expect(hash('1a', 'a.npz')).toBe(hash('1a', 'moved.csv'))
  expect(hash('1a', 'a.npz')).not.toBe(hash('2b', 'a.npz'))
  expect(definitionHash({ ...definition, classVectors: undefined }, 'ab')).toBe(definitionHash(definition, 'ab'))
})
