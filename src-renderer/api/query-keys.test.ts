import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test } from 'vitest'
import { enterProject, whenProjectLeft } from './open-project'
import { ANY_PROJECT, ofSameRun, programKey, projectKey, readKey, runKey, runPrefix } from './query-keys'

beforeEach(() => enterProject(null))

test('the same question has another key in another project', () => {
  enterProject('/a.headlight')
  const inA = [projectKey('figures'), runKey(1, 'ids', { filter: '' })]
  enterProject('/b.headlight')
  expect([projectKey('figures'), runKey(1, 'ids', { filter: '' })]).not.toEqual(inA)
  expect(runKey(1, 'ids')).toEqual(['project', '/b.headlight', 1, 'ids'])
})

test('one prefix covers all of a project, one all of a run, and neither what is of the program', () => {
  const client = new QueryClient()
  enterProject('/a.headlight')
  const keys = {
    recent: programKey('recent'),
    figures: projectKey('figures'),
    one: runKey(1, 'ids'),
    two: runKey(2, 'ids'),
  }
  for (const key of Object.values(keys)) client.setQueryData(key, 'known')
  const known = () =>
    Object.entries(keys)
      .filter(([, key]) => client.getQueryData(key) !== undefined)
      .map(([name]) => name)
  client.removeQueries({ queryKey: runPrefix(1) })
  expect(known()).toEqual(['recent', 'figures', 'two'])
  client.removeQueries({ queryKey: ANY_PROJECT })
  expect(known()).toEqual(['recent'])
})

test('a key says what it is about, in every scope', () => {
  enterProject('/a.headlight')
  expect(readKey(programKey('folder', '/x'))).toEqual({ kind: 'folder', parts: ['/x'] })
  expect(readKey(projectKey('annotation', 7))).toEqual({ kind: 'annotation', parts: [7] })
  expect(readKey(runKey(3, 'maps', 'gmar_l1', '1,2'))).toEqual({ kind: 'maps', parts: ['gmar_l1', '1,2'] })
})

test('an answer stays in view for the same run of the same project only', () => {
  enterProject('/a.headlight')
  const before = { queryKey: runKey(1, 'ids', 'cat') }
  expect(ofSameRun(1)('kept', before)).toBe('kept')
  expect(ofSameRun(2)('kept', before)).toBeUndefined()
  enterProject('/b.headlight')
  expect(ofSameRun(1)('kept', before)).toBeUndefined()
})

test('what is remembered of a project is forgotten when it is left, and only then', () => {
  let forgotten = 0
  whenProjectLeft(() => ++forgotten)
  enterProject('/a.headlight')
  enterProject('/a.headlight')
  expect(forgotten).toBe(1)
  enterProject(null)
  expect(forgotten).toBe(2)
})
